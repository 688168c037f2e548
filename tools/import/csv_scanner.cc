// The state machine behind CsvScanner, fed with the offsets of special bytes.
#include "tools/import/csv_scanner.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "tools/import/csv_specials.h"
#include "tools/import/import_error.h"

namespace ashlar::tools {
namespace {

// A piece of this size and the offsets found in it stay in the processor's second-level cache.
constexpr size_t kPieceBytes = size_t{32} << 10;

}  // namespace

CsvScanner::CsvScanner(io::InputStream& input, size_t block_bytes,
                       std::function<void(uint64_t)> on_bytes)
    : name_(input.name()),
      buffer_(input, block_bytes, std::move(on_bytes)),
      specials_(kPieceBytes),
      fields_(16) {}

void CsvScanner::StartRecord() {
  record_begin_ = next_begin_;
  line_ = next_line_;
  non_ascii_ = piece_non_ascii_;
  field_count_ = 0;
  state_ = State::kPlain;
  field_begin_ = 0;
  doubled_ = false;
  any_doubled_ = false;
}

absl::StatusOr<bool> CsvScanner::Next() {
  StartRecord();
  while (true) {
    const Step step = Advance();
    if (step == Step::kRecord) {
      FinishRecord(next_begin_);
      return true;
    }
    if (step != Step::kNeedMore) return ErrorFor(step);
    ASSIGN_OR_RETURN(const bool more, IndexMore());
    if (!more) return FinishInput();
  }
}

// Handles special bytes until the record ends or they run out.
CsvScanner::Step CsvScanner::Advance() {
  while (cursor_ < special_count_) {
    const Step step = OnSpecial(specials_[cursor_++]);
    if (step != Step::kNeedMore) return step;
  }
  return Step::kNeedMore;
}

inline CsvScanner::Step CsvScanner::OnSpecial(uint32_t position) {
  const char byte = buffer_.data()[position];
  const auto at = static_cast<uint32_t>(position - record_begin_);
  if (state_ == State::kQuoted) {
    next_line_ += byte == '\n';
    if (byte == '"') {
      quote_ = at;
      state_ = State::kAfterQuote;
    }
    return Step::kNeedMore;
  }
  if (byte == '"') {
    if (state_ == State::kAfterQuote) {
      if (at != quote_ + 1) return Step::kAfterClosingQuote;
      doubled_ = true;
    } else if (at != field_begin_) {
      return Step::kStrayQuote;
    }
    state_ = State::kQuoted;
    return Step::kNeedMore;
  }
  uint32_t end = at;
  if (byte == '\n' && end > field_begin_ && buffer_.data()[position - 1] == '\r') --end;
  if (state_ == State::kAfterQuote && end != quote_ + 1) return Step::kAfterClosingQuote;
  if (!Emit(end)) return Step::kTooWide;
  field_begin_ = at + 1;
  if (byte == ',') return Step::kNeedMore;
  ++next_line_;
  next_begin_ = size_t{position} + 1;
  return Step::kRecord;
}

// Adds the field that ends before `end`; false when the record has more fields than any schema.
inline bool CsvScanner::Emit(uint32_t end) {
  if (field_count_ == fields_.size()) [[unlikely]] {
    if (field_count_ >= base::kMaxColumns) return false;
    fields_.resize(2 * fields_.size());
  }
  Field& field = fields_[field_count_++];
  const bool quoted = state_ != State::kPlain;
  field.begin = field_begin_ + quoted;
  field.size = end - field_begin_ - 2 * quoted;
  field.quoted = quoted;
  field.doubled = doubled_;
  any_doubled_ |= doubled_;
  doubled_ = false;
  state_ = State::kPlain;
  return true;
}

// Judges the bytes as they came, before quotes are taken out of them; one call for all fields, for
// cells are too short to pay for one each.
void CsvScanner::FinishRecord(size_t end) {
  valid_utf8_ =
      !non_ascii_ || simdjson::validate_utf8(buffer_.data() + record_begin_, end - record_begin_);
  if (any_doubled_) Unescape();
}

void CsvScanner::Unescape() {
  for (size_t i = 0; i < field_count_; ++i) {
    Field& field = fields_[i];
    if (!field.doubled) continue;
    char* text = buffer_.data() + record_begin_ + field.begin;
    uint32_t out = 0;
    for (uint32_t in = 0; in < field.size; ++in) {
      text[out++] = text[in];
      if (text[in] == '"') ++in;  // its twin follows: the scanner saw to that
    }
    field.size = out;
  }
}

// Finds the special bytes of the next piece, reading a block when this one is used up.
absl::StatusOr<bool> CsvScanner::IndexMore() {
  if (indexed_ == buffer_.size()) {
    if (buffer_.size() - record_begin_ > kMaxRecordBytes) {
      return ErrorAt(name_, line_, "", "the record is longer than 64 MiB");
    }
    indexed_ -= record_begin_;
    ASSIGN_OR_RETURN(size_t count, buffer_.Fill(record_begin_));
    record_begin_ = 0;
    // One byte more than the mark, so that a mark alone is not taken for the end.
    while (!started_ && count > 0 && buffer_.size() <= kByteOrderMarkBytes) {
      ASSIGN_OR_RETURN(count, buffer_.Fill(0));
    }
    if (!started_ && buffer_.size() >= kByteOrderMarkBytes &&
        std::memcmp(buffer_.data(), kByteOrderMark, kByteOrderMarkBytes) == 0) {
      indexed_ = record_begin_ = kByteOrderMarkBytes;
    }
    started_ = true;
    if (indexed_ == buffer_.size()) return false;
  }
  const size_t end = std::min(buffer_.size(), indexed_ + kPieceBytes);
  special_count_ =
      IndexCsvSpecials(buffer_.data(), indexed_, end, specials_.data(), &piece_non_ascii_);
  cursor_ = 0;
  indexed_ = end;
  non_ascii_ |= piece_non_ascii_;
  return true;
}

// The last record may end without a line feed.
absl::StatusOr<bool> CsvScanner::FinishInput() {
  auto size = static_cast<uint32_t>(buffer_.size() - record_begin_);
  next_begin_ = buffer_.size();
  special_count_ = cursor_ = 0;
  if (size == 0) return false;
  if (state_ == State::kQuoted) {
    return ErrorAt(name_, line_, base::StrCat(field_count_ + 1), "the quoted value never ends");
  }
  if (size > field_begin_ && buffer_.data()[record_begin_ + size - 1] == '\r') --size;
  if (state_ == State::kAfterQuote && size != quote_ + 1) {
    return ErrorFor(Step::kAfterClosingQuote);
  }
  if (!Emit(size)) return ErrorFor(Step::kTooWide);
  FinishRecord(next_begin_);
  return true;
}

absl::Status CsvScanner::ErrorFor(Step step) const {
  const std::string field = base::StrCat(field_count_ + 1);
  switch (step) {
    case Step::kStrayQuote:
      return ErrorAt(name_, next_line_, field,
                     "a quote inside a value that does not begin with one");
    case Step::kAfterClosingQuote:
      return ErrorAt(name_, next_line_, field, "text follows the closing quote");
    default:
      ASHLAR_CHECK(step == Step::kTooWide);
      return ErrorAt(name_, line_, "",
                     base::StrCat("the record has more than ", base::kMaxColumns, " fields"));
  }
}

}  // namespace ashlar::tools
