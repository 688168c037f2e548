// Attaching, and adding rows as gets pay for them; see the header.
#include "src/store/directory_view.h"

#include <algorithm>
#include <string>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/encode_key_rows.h"

namespace ashlar::store {
namespace {

// What one key earns: a get that searches segments takes about a microsecond, and adding so many
// rows a few more. So a process that asks for one key fills nothing, and ten million rows are in
// after forty thousand gets, or one upsert.
constexpr int64_t kRowsPerKey = 256;
// Rows that are added at once: a quarter of a millisecond.
constexpr uint32_t kPiece = 16384;
// Rows to earn before room is looked for again.
constexpr int64_t kPatience = int64_t{1} << 20;

}  // namespace

DirectoryNeed NeedOf(const manifest::DatasetState& state) {
  DirectoryNeed need{.dataset = state.id, .segments = state.segments.size()};
  for (const manifest::SegmentEntry& entry : state.segments) need.rows += entry.meta->rows;
  return need;
}

std::unique_ptr<const DirectoryView> DirectoryView::TryMake(
    const manifest::DatasetState& state, std::shared_ptr<KeyDirectory> directory) {
  std::vector<uint64_t> ids;
  ids.reserve(state.segments.size());
  for (const manifest::SegmentEntry& entry : state.segments) ids.push_back(entry.meta->file.id);
  std::vector<uint16_t> numbers;
  if (!directory->TryAttach(ids, &numbers)) return nullptr;
  return std::unique_ptr<const DirectoryView>(
      new DirectoryView(state, std::move(directory), std::move(numbers)));
}

DirectoryView::DirectoryView(const manifest::DatasetState& state,
                             std::shared_ptr<KeyDirectory> directory, std::vector<uint16_t> numbers)
    : state_(state),
      directory_(std::move(directory)),
      numbers_(std::move(numbers)),
      complete_(Uncovered().empty()) {
  for (size_t position = 0; position < numbers_.size(); ++position) {
    const uint16_t number = numbers_[position];
    if (number == 0) continue;
    if (number >= positions_.size()) positions_.resize(size_t{number} + 1, kNotListed);
    positions_[number] = static_cast<uint32_t>(position);
  }
  numbers_known_ = static_cast<uint32_t>(positions_.size());
  quick_ = std::make_unique<std::atomic<const QuickSegment*>[]>(numbers_known_);
}

DirectoryView::~DirectoryView() { directory_->Detach(numbers_); }

std::vector<uint32_t> DirectoryView::Uncovered() const {
  std::vector<uint32_t> positions;
  for (size_t position = 0; position < numbers_.size(); ++position) {
    if (!IsCovered(position)) positions.push_back(static_cast<uint32_t>(position));
  }
  return positions;
}

void DirectoryView::Build(size_t keys, const columnar::KeyCodec& codec, const OpenSegment& opener,
                          KeyDirectories& directories) const {
  if (directory_->superseded()) return;
  directory_->Earn(static_cast<int64_t>(keys) * kRowsPerKey);
  bool no_room = false;
  size_t position = covered_;
  bool all = true;
  for (; position < numbers_.size(); ++position) {
    if (IsCovered(position)) {
      if (all) covered_ = position + 1;
      continue;
    }
    if (!Cover(position, codec, opener, &no_room)) return;
    all = all && IsCovered(position);
  }
  if (all) complete_.store(true, std::memory_order_release);
  if (!no_room && !directory_->worn()) return;
  if (directories.Replace(*directory_, NeedOf(state_))) return;
  directory_->Wait(kPatience);
}

bool DirectoryView::Cover(size_t position, const columnar::KeyCodec& codec,
                          const OpenSegment& opener, bool* no_room) const {
  const uint16_t number = numbers_[position];
  const uint64_t all = state_.segments[position].meta->rows;
  // Looked for once a round: it means to look at all segments.
  if (*no_room && (number == 0 || directory_->room() < all)) return true;
  const auto rows = static_cast<uint32_t>(all);
  while (!IsCovered(position)) {
    const uint32_t first = directory_->RowsIn(number);
    const uint32_t piece = std::min(rows - first, kPiece);
    if (!directory_->Spend(piece)) return false;
    const KeyDirectory::Room room = directory_->Prepare(number, rows);
    if (room == KeyDirectory::Room::kBusy) return false;
    if (room == KeyDirectory::Room::kNone) *no_room = true;
    if (room != KeyDirectory::Room::kReady) return true;
    // Whoever needs this segment says what is wrong with it; the others do not.
    if (!AddPiece(position, first, piece, codec, opener).ok()) return true;
    if (directory_->RowsIn(number) == first) return false;  // somebody else writes
  }
  return true;
}

absl::Status DirectoryView::AddPiece(size_t position, uint32_t first, uint32_t rows,
                                     const columnar::KeyCodec& codec,
                                     const OpenSegment& opener) const {
  ASSIGN_OR_RETURN(const SegmentKeys* const keys, opener(position));
  ASSIGN_OR_RETURN(const columnar::EncodedKeys encoded, EncodeKeyRows(*keys, first, rows, codec));
  directory_->Add(numbers_[position], first, encoded.hashes);
  return absl::OkStatus();
}

}  // namespace ashlar::store
