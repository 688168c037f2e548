// Runs of elements stay runs until one is left out; see the header.
#include "src/query/unnest_rows.h"

#include <numeric>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/limits.h"
#include "src/columnar/canonical.h"
#include "src/query/take.h"

namespace ashlar::query {

absl::Status UnnestRows::Append(const ZoneRange& zone, const Bits& parents) {
  absl::Status status;
  ForEachRow(parents, [&](int64_t in_zone) {
    const int64_t row = zone.first_row + in_zone;
    const auto [begin, end] = list_.GetListRange(row);
    const int64_t count = begin == end && keep_empty_ ? 1 : end - begin;
    if (rows() + count > static_cast<int64_t>(base::kMaxBufferBytes)) {
      status = absl::InvalidArgumentError("a list unnests to more than 2 Gi rows");
      return;
    }
    AppendElements(begin, end);
    parents_.insert(parents_.end(), static_cast<size_t>(count), static_cast<uint32_t>(row));
  });
  return status;
}

void UnnestRows::AppendElements(int64_t begin, int64_t end) {
  if (begin == end) {
    if (!keep_empty_) return;
    GiveUpRun();
    has_gaps_ = true;
    elements_.push_back(kNoElement);
    return;
  }
  if (is_run_ && parents_.empty()) first_ = begin;
  if (is_run_ && first_ + rows() == begin) return;
  GiveUpRun();
  for (int64_t i = begin; i < end; ++i) elements_.push_back(static_cast<uint32_t>(i));
}

void UnnestRows::GiveUpRun() {
  if (!is_run_) return;
  is_run_ = false;
  elements_.resize(parents_.size());
  std::iota(elements_.begin(), elements_.end(), static_cast<uint32_t>(first_));
}

absl::StatusOr<Column> UnnestRows::Elements() const {
  const Column all = list_.child(0);
  if (is_run_) return all.Slice(first_, rows());
  if (!has_gaps_) return Take(all, elements_);
  const Column null = NullColumn(all.type(), 1);
  std::vector<columnar::ColumnPiece> pieces;
  for (const uint32_t element : elements_) {
    if (element == kNoElement) {
      pieces.push_back({&null, 0, 1});
    } else if (!pieces.empty() && pieces.back().column == &all &&
               pieces.back().offset + pieces.back().length == element) {
      ++pieces.back().length;
    } else {
      pieces.push_back({&all, element, 1});
    }
  }
  return columnar::MakeCanonical(all.type(), pieces);
}

}  // namespace ashlar::query
