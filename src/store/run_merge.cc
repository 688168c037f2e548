// Merging runs; see the header.
#include "src/store/run_merge.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/encoded_keys.h"

namespace ashlar::store {

RunMerge::RunMerge(std::vector<std::unique_ptr<SortedRun>> runs, SegmentRuns segments,
                   KeyBounds bounds, bool backward)
    : segments_(std::move(segments)), bounds_(std::move(bounds)), backward_(backward) {
  // Runs in memory are not from files: their keys ascend.
  for (auto& run : runs) ASHLAR_CHECK_OK(AddRun(std::move(run)));
  ReadBound();
}

void RunMerge::ReadBound() {
  bound_.reset();
  if (segments_.done()) return;
  if (const auto bound = segments_.bound()) bound_ = KeyView{columnar::KeyPrefix(*bound), *bound};
}

absl::Status RunMerge::AddRun(std::unique_ptr<SortedRun> run) {
  if (bounds_.empty) return absl::OkStatus();
  auto cursor = std::make_unique<Cursor>(Cursor{std::move(run), LiveRuns(nullptr), 0, 0, {}});
  cursor->live = LiveRuns(cursor->run->dead());
  cursor->begin = bounds_.begin.has_value() ? cursor->run->Find(*bounds_.begin) : 0;
  cursor->end = bounds_.end.has_value() ? cursor->run->Find(*bounds_.end) : cursor->run->rows();
  if (cursor->begin > cursor->end) {
    return absl::DataLossError(base::StrCat(cursor->run->name(), ": its keys do not ascend"));
  }
  if (backward_) {
    cursor->end = cursor->live.EndOfAlive(cursor->begin, cursor->end);
  } else {
    cursor->begin = cursor->live.NextAlive(cursor->begin, cursor->end);
  }
  if (cursor->begin == cursor->end) return absl::OkStatus();
  heap_.push_back({0, std::move(cursor)});
  ReadKey(&heap_.back());
  std::push_heap(heap_.begin(), heap_.end(),
                 [this](const HeapItem& a, const HeapItem& b) { return ComesBefore(b, a); });
  return absl::OkStatus();
}

void RunMerge::ReadKey(HeapItem* item) const {
  Cursor& cursor = *item->cursor;
  cursor.key.clear();
  cursor.run->AppendKey(backward_ ? cursor.end - 1 : cursor.begin, &cursor.key);
  item->prefix = columnar::KeyPrefix(cursor.key);
}

void RunMerge::SiftDown() {
  for (size_t at = 0;;) {
    size_t child = 2 * at + 1;
    if (child >= heap_.size()) return;
    if (child + 1 < heap_.size() && ComesBefore(heap_[child + 1], heap_[child])) ++child;
    if (!ComesBefore(heap_[child], heap_[at])) return;
    std::swap(heap_[child], heap_[at]);
    at = child;
  }
}

absl::Status RunMerge::OpenReached() {
  while (!segments_.done()) {
    const bool unreached =
        !heap_.empty() && bound_.has_value() && ComesBefore(KeyOf(heap_[0]), *bound_);
    if (unreached) break;
    ASSIGN_OR_RETURN(std::unique_ptr<SortedRun> run, segments_.Open());
    ReadBound();
    RETURN_IF_ERROR(AddRun(std::move(run)));
  }
  return absl::OkStatus();
}

const RunMerge::HeapItem& RunMerge::Second() const {
  return heap_[heap_.size() > 2 && ComesBefore(heap_[2], heap_[1]) ? 2 : 1];
}

std::optional<RunMerge::KeyView> RunMerge::NextOfOthers() const {
  ASHLAR_CHECK(segments_.done() || bound_.has_value());  // without a bound it is open by now
  if (heap_.size() == 1) return bound_;
  const KeyView second = KeyOf(Second());
  return bound_.has_value() && ComesBefore(*bound_, second) ? *bound_ : second;
}

uint64_t RunMerge::CountBefore(const RunPiece& piece, std::string_view key) const {
  const auto is_before = [&](uint64_t nth) {
    const uint64_t row = backward_ ? piece.first + piece.rows - 1 - nth : piece.first + nth;
    const std::strong_ordering order = piece.run->Compare(row, key);
    return backward_ ? order > 0 : order < 0;
  };
  uint64_t before = 1;  // so many are
  uint64_t step = 1;
  for (; before + step <= piece.rows && is_before(before + step - 1); step *= 2) before += step;
  // The first that is not is among the next `step`.
  for (uint64_t left = std::min(step, piece.rows - before); left > 0;) {
    const uint64_t half = left / 2;
    if (is_before(before + half)) {
      before += half + 1;
      left -= half + 1;
    } else {
      left = half;
    }
  }
  return before;
}

absl::StatusOr<RunPiece> RunMerge::Peek(uint64_t most) {
  ASHLAR_CHECK(most > 0);
  RETURN_IF_ERROR(OpenReached());
  if (heap_.empty()) return RunPiece();
  Cursor& cursor = *heap_[0].cursor;
  RunPiece piece{cursor.run.get(), cursor.begin, std::min(most, cursor.end - cursor.begin)};
  if (backward_) {
    piece.first = cursor.live.EndOfDead(cursor.end - piece.rows, cursor.end);
    piece.rows = cursor.end - piece.first;
  } else {
    piece.rows = cursor.live.NextDead(piece.first, piece.first + piece.rows) - piece.first;
  }
  const std::optional<KeyView> others = NextOfOthers();
  if (!others.has_value()) return piece;
  if (others->prefix == heap_[0].prefix && others->key == cursor.key) {
    // An unopened segment would be open if it could have this key.
    return absl::DataLossError(base::StrCat(cursor.run->name(), " and ",
                                            Second().cursor->run->name(),
                                            " both have a live row of one key"));
  }
  const uint64_t before = CountBefore(piece, others->key);
  if (backward_) piece.first += piece.rows - before;
  piece.rows = before;
  return piece;
}

void RunMerge::Advance(const RunPiece& piece) {
  ASHLAR_CHECK(!heap_.empty() && heap_[0].cursor->run.get() == piece.run);
  Cursor& cursor = *heap_[0].cursor;
  if (backward_) {
    cursor.end = cursor.live.EndOfAlive(cursor.begin, piece.first);
  } else {
    cursor.begin = cursor.live.NextAlive(piece.first + piece.rows, cursor.end);
  }
  if (cursor.begin == cursor.end) {
    std::swap(heap_.front(), heap_.back());
    heap_.pop_back();
  } else if (heap_.size() > 1 || !segments_.done()) {
    ReadKey(&heap_[0]);
  }
  SiftDown();
}

}  // namespace ashlar::store
