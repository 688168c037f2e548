// CsvScanner: cuts a byte stream into records and fields by the rules of RFC 4180.
//
// Owns: commas, quotes, line ends (LF and CRLF), the byte order mark, the line numbers of errors,
// and whether a record is UTF-8. Does not own: what fields mean, how many a record must have
// (csv_table.h).
//
// How: vector code finds every comma, quote and line feed of a piece of the block
// first; then only those bytes are looked at one by one.
//
// A carriage return is data unless a line feed, or the end of the input, follows it. A quote opens
// a quoted field only as its first byte; anywhere else it is an error.
#ifndef ASHLAR_TOOLS_IMPORT_CSV_SCANNER_H_
#define ASHLAR_TOOLS_IMPORT_CSV_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/input_stream.h"
#include "tools/import/block_buffer.h"

namespace ashlar::tools {

class CsvScanner {
 public:
  CsvScanner(io::InputStream& input, size_t block_bytes,
             std::function<void(uint64_t)> on_bytes = nullptr);

  // Moves to the next record; false at the end. Errors: the input's own, and InvalidArgument naming
  // line and field number for bad quoting and records that are too long or too wide.
  [[nodiscard]] absl::StatusOr<bool> Next();

  // Of the current record, valid until Next(). Text is without quotes, doubled quotes undone.
  [[nodiscard]] size_t field_count() const { return field_count_; }
  [[nodiscard]] std::string_view text(size_t index) const {
    const Field& field = fields_[index];
    return {buffer_.data() + record_begin_ + field.begin, field.size};
  }
  [[nodiscard]] bool quoted(size_t index) const { return fields_[index].quoted; }
  // An empty line.
  [[nodiscard]] bool blank() const {
    return field_count_ == 1 && fields_[0].size == 0 && !fields_[0].quoted;
  }
  // Whether all of the record is UTF-8. (Which field is not, the caller may find out.)
  [[nodiscard]] bool valid_utf8() const { return valid_utf8_; }
  // The line on which the record begins, counted from 1; quoted fields may go on for more lines.
  [[nodiscard]] uint64_t line() const { return line_; }
  [[nodiscard]] uint64_t bytes_read() const { return buffer_.bytes_read(); }

 private:
  enum class State : uint8_t { kPlain, kQuoted, kAfterQuote };
  enum class Step : uint8_t { kRecord, kNeedMore, kStrayQuote, kAfterClosingQuote, kTooWide };
  struct Field {
    uint32_t begin = 0;  // from the start of the record
    uint32_t size = 0;
    bool quoted = false;
    bool doubled = false;  // holds doubled quotes that have to be undone
  };

  void StartRecord();
  Step Advance();
  Step OnSpecial(uint32_t position);
  bool Emit(uint32_t end);
  void FinishRecord(size_t end);
  void Unescape();
  [[nodiscard]] absl::StatusOr<bool> IndexMore();
  [[nodiscard]] absl::StatusOr<bool> FinishInput();
  [[nodiscard]] absl::Status ErrorFor(Step step) const;

  std::string_view name_;
  BlockBuffer buffer_;
  bool started_ = false;

  // Offsets into the buffer of the special bytes of one piece, and how far they were used.
  std::vector<uint32_t> specials_;
  size_t special_count_ = 0;
  size_t cursor_ = 0;
  size_t indexed_ = 0;  // end of the piece in the buffer
  bool piece_non_ascii_ = false;

  size_t record_begin_ = 0;
  size_t next_begin_ = 0;
  uint64_t line_ = 0;
  uint64_t next_line_ = 1;
  bool non_ascii_ = false;  // some piece of the record has bytes beyond ASCII
  bool valid_utf8_ = true;
  std::vector<Field> fields_;
  size_t field_count_ = 0;
  // Of the field being scanned; offsets from the start of the record.
  State state_ = State::kPlain;
  uint32_t field_begin_ = 0;
  uint32_t quote_ = 0;  // the last quote within a quoted field
  bool doubled_ = false;
  bool any_doubled_ = false;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_CSV_SCANNER_H_
