// Driving a scan into output columns; see the header.
#include "src/query/morsel_stream.h"

#include <bit>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::query {

MorselStream::MorselStream(const StreamTarget& target)
    : scan_(target.scan),
      outputs_(target.stage->outputs, target.stage->schema, target.scan.back_end) {}

absl::Status MorselStream::Begin(size_t morsel) {
  ASHLAR_CHECK(!begun_ && !paired_ && outputs_.rows() == 0);
  ASSIGN_OR_RETURN(begun_, scan_.Begin(morsel));
  return absl::OkStatus();
}

absl::StatusOr<bool> MorselStream::Next(RowWindow* window, RecordBatch* batch) {
  if (begun_) RETURN_IF_ERROR(Fill(window));
  if (outputs_.rows() == 0) {
    End();
    return false;
  }
  ASSIGN_OR_RETURN(*batch, outputs_.Finish());
  return true;
}

absl::Status MorselStream::Fill(RowWindow* window) {
  if (!paired_) {
    RETURN_IF_ERROR(outputs_.BeginMorsel(scan_.morsel()));
    paired_ = true;
  }
  ZoneRange zone;
  Bits selection;
  while (outputs_.rows() < kBatchRows && outputs_.bytes() < kStreamBatchBytes) {
    bool more = window == nullptr || window->left > 0;
    if (more) {
      ASSIGN_OR_RETURN(const int64_t selected, scan_.Next(&zone, &selection));
      more = selected > 0;
    }
    if (!more) {
      RETURN_IF_ERROR(outputs_.EndMorsel());
      paired_ = false;
      begun_ = false;
      return absl::OkStatus();
    }
    if (window != nullptr) TrimToWindow(window, &selection);
    if (!selection.None()) RETURN_IF_ERROR(outputs_.Append(zone, selection));
  }
  return absl::OkStatus();
}

void MorselStream::End() {
  if (paired_) outputs_.EndMorsel().IgnoreError();  // given up: there is nobody to tell
  paired_ = false;
  begun_ = false;
  scan_.End();
}

void MorselStream::AddTo(QueryStats* stats) {
  scan_.AddTo(stats);
  stats->bytes_copied += outputs_.bytes_copied() - counted_copied_;
  counted_copied_ = outputs_.bytes_copied();
}

void TrimToWindow(RowWindow* window, Bits* selection) {
  for (uint64_t& word : selection->words) {
    const auto count = static_cast<uint64_t>(std::popcount(word));
    if (window->skip >= count) {
      window->skip -= count;
      word = 0;
      continue;
    }
    for (; window->skip > 0; --window->skip) word &= word - 1;
    uint64_t kept = 0;
    uint64_t rest = word;
    for (; rest != 0 && kept < window->left; rest &= rest - 1) ++kept;
    word &= ~rest;
    window->left -= kept;
  }
}

}  // namespace ashlar::query
