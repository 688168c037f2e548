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
}

absl::Status RunMerge::AddRun(std::unique_ptr<SortedRun> run) {
  if (bounds_.empty) return absl::OkStatus();
  auto cursor = std::make_unique<Cursor>(Cursor{std::move(run), LiveRuns(nullptr), 0, 0, {}, 0});
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
  ReadKey(cursor.get());
  heap_.push_back(std::move(cursor));
  std::push_heap(heap_.begin(), heap_.end(),
                 [this](const auto& a, const auto& b) { return ComesBefore(*b, *a); });
  return absl::OkStatus();
}

void RunMerge::ReadKey(Cursor* cursor) const {
  cursor->key.clear();
  cursor->run->AppendKey(backward_ ? cursor->end - 1 : cursor->begin, &cursor->key);
  cursor->prefix = columnar::KeyPrefix(cursor->key);
}

bool RunMerge::ComesBefore(const Cursor& a, const Cursor& b) const {
  if (a.prefix != b.prefix) return (a.prefix < b.prefix) != backward_;
  return backward_ ? a.key > b.key : a.key < b.key;
}

void RunMerge::SiftDown() {
  for (size_t at = 0;;) {
    size_t child = 2 * at + 1;
    if (child >= heap_.size()) return;
    if (child + 1 < heap_.size() && ComesBefore(*heap_[child + 1], *heap_[child])) ++child;
    if (!ComesBefore(*heap_[child], *heap_[at])) return;
    std::swap(heap_[child], heap_[at]);
    at = child;
  }
}

absl::Status RunMerge::OpenReached() {
  while (!segments_.done()) {
    const std::optional<std::string_view> bound = segments_.bound();
    const bool reached = heap_.empty() || !bound.has_value() ||
                         (backward_ ? *bound >= heap_[0]->key : *bound <= heap_[0]->key);
    if (!reached) break;
    ASSIGN_OR_RETURN(std::unique_ptr<SortedRun> run, segments_.Open());
    RETURN_IF_ERROR(AddRun(std::move(run)));
  }
  return absl::OkStatus();
}

std::optional<std::string_view> RunMerge::NextOfOthers() const {
  std::optional<std::string_view> next;
  if (heap_.size() > 1) {
    const bool second = heap_.size() > 2 && ComesBefore(*heap_[2], *heap_[1]);
    next = heap_[second ? 2 : 1]->key;
  }
  if (segments_.done()) return next;
  const std::optional<std::string_view> bound = segments_.bound();
  ASHLAR_CHECK(bound.has_value());  // else it was open
  if (!next.has_value()) return bound;
  return backward_ ? std::max(*next, *bound) : std::min(*next, *bound);
}

uint64_t RunMerge::CountBefore(const RunPiece& piece, std::string_view key) const {
  const auto is_before = [&](uint64_t nth) {
    const uint64_t row = backward_ ? piece.first + piece.rows - 1 - nth : piece.first + nth;
    const std::strong_ordering order = piece.run->Compare(row, key);
    return backward_ ? order > 0 : order < 0;
  };
  if (is_before(piece.rows - 1)) return piece.rows;
  uint64_t before = 0;  // so many are
  uint64_t step = 1;
  for (; before + step < piece.rows && is_before(before + step - 1); step *= 2) before += step;
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

absl::Status RunMerge::FoundTwice() const {
  const bool second = heap_.size() > 2 && ComesBefore(*heap_[2], *heap_[1]);
  return absl::DataLossError(base::StrCat(heap_[0]->run->name(), " and ",
                                          heap_[second ? 2 : 1]->run->name(),
                                          " both have a live row of one key"));
}

absl::StatusOr<RunPiece> RunMerge::Peek(uint64_t most) {
  ASHLAR_CHECK(most > 0);
  RETURN_IF_ERROR(OpenReached());
  if (heap_.empty()) return RunPiece();
  Cursor& cursor = *heap_[0];
  RunPiece piece{cursor.run.get(), cursor.begin, std::min(most, cursor.end - cursor.begin)};
  if (backward_) {
    piece.first = cursor.live.EndOfDead(cursor.end - piece.rows, cursor.end);
    piece.rows = cursor.end - piece.first;
  } else {
    piece.rows = cursor.live.NextDead(piece.first, piece.first + piece.rows) - piece.first;
  }
  const std::optional<std::string_view> others = NextOfOthers();
  if (!others.has_value()) return piece;
  const uint64_t before = CountBefore(piece, *others);
  if (before == 0) return FoundTwice();
  if (backward_) piece.first += piece.rows - before;
  piece.rows = before;
  return piece;
}

void RunMerge::Advance(const RunPiece& piece) {
  ASHLAR_CHECK(!heap_.empty() && heap_[0]->run.get() == piece.run);
  Cursor& cursor = *heap_[0];
  if (backward_) {
    cursor.end = cursor.live.EndOfAlive(cursor.begin, piece.first);
  } else {
    cursor.begin = cursor.live.NextAlive(piece.first + piece.rows, cursor.end);
  }
  if (cursor.begin == cursor.end) {
    std::swap(heap_.front(), heap_.back());
    heap_.pop_back();
  } else if (heap_.size() > 1 || !segments_.done()) {
    ReadKey(&cursor);
  }
  SiftDown();
}

}  // namespace ashlar::store
