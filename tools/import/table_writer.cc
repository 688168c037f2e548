// Tables for people: aligned columns, cut to the width of the terminal.
//
// Owns: column widths and cutting. Nothing in a value can drive the terminal: control characters
// are escaped before anything else happens.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/json_value.h"
#include "tools/import/export_writer.h"

namespace ashlar::tools {
namespace {

// Rows that are kept back to choose widths by.
constexpr size_t kSampleRows = 1000;
constexpr size_t kNarrowest = 4;
constexpr std::string_view kGap = "  ";
constexpr std::string_view kEllipsis = "…";

struct Cell {
  std::string text;
  bool null = false;
};

bool StartsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), StartsCharacter));
}

// The first `count` characters.
std::string_view Prefix(std::string_view text, size_t count) {
  size_t end = 0;
  for (; end < text.size(); ++end) {
    if (StartsCharacter(text[end]) && count-- == 0) break;
  }
  return text.substr(0, end);
}

bool IsNumber(const DataType& type) {
  return type.is_signed_integer() || type.is_unsigned_integer() || type.is_floating();
}

class TableWriter final : public ExportWriter {
 public:
  TableWriter(Output& output, Schema schema, const TableOptions& options)
      : output_(output), schema_(std::move(schema)), options_(options) {}

  absl::Status Write(const RecordBatch& batch) override {
    for (int64_t row = 0; row < batch.rows(); ++row) {
      std::vector<Cell> cells = MakeRow(batch, row);
      if (!widths_.empty()) {
        RETURN_IF_ERROR(WriteRow(cells));
        continue;
      }
      sample_.push_back(std::move(cells));
      if (sample_.size() == kSampleRows) RETURN_IF_ERROR(WriteSample());
    }
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (widths_.empty()) RETURN_IF_ERROR(WriteSample());
    if (const size_t hidden = schema_.size() - widths_.size(); hidden > 0) {
      RETURN_IF_ERROR(output_.Write(base::StrCat("(", hidden, " more columns do not fit)\n")));
    }
    return output_.Flush();
  }

 private:
  Cell MakeCell(const Column& column, int64_t row) const {
    if (column.IsNull(row)) return {.text = "null", .null = true};
    std::string text;
    if (column.type().fields().empty() && column.type().id() != TypeId::kStruct) {
      columnar::AppendLeafText(column, row, &text);
    } else {
      columnar::AppendJsonValue(column, row, &text);
    }
    // No more is kept than could be shown; one more tells that something was cut.
    if (options_.width > 0) text.resize(Prefix(text, options_.width + 1).size());
    return {.text = base::EscapeForTerminal(text)};
  }

  std::vector<Cell> MakeRow(const RecordBatch& batch, int64_t row) const {
    std::vector<Cell> cells;
    cells.reserve(batch.columns().size());
    for (const Column& column : batch.columns()) cells.push_back(MakeCell(column, row));
    return cells;
  }

  std::vector<Cell> MakeHeader() const {
    std::vector<Cell> header;
    for (const Field& field : schema_.fields()) {
      header.push_back({.text = base::EscapeForTerminal(field.name)});
    }
    return header;
  }

  absl::Status WriteSample() {
    const std::vector<Cell> header = MakeHeader();
    ChooseWidths(header);
    RETURN_IF_ERROR(WriteRow(header));
    std::string rule;
    for (const size_t width : widths_) {
      if (!rule.empty()) rule += kGap;
      rule.append(width, '-');
    }
    RETURN_IF_ERROR(output_.Write(rule + '\n'));
    for (const std::vector<Cell>& cells : std::exchange(sample_, {})) {
      RETURN_IF_ERROR(WriteRow(cells));
    }
    return absl::OkStatus();
  }

  void ChooseWidths(const std::vector<Cell>& header) {
    widths_.assign(header.size(), 1);
    const auto widen = [&](const std::vector<Cell>& cells) {
      for (size_t i = 0; i < cells.size(); ++i) {
        widths_[i] = std::max(widths_[i], Characters(cells[i].text));
      }
    };
    widen(header);
    for (const std::vector<Cell>& cells : sample_) widen(cells);
    if (options_.width == 0) return;
    const size_t fitting = (options_.width + kGap.size()) / (kNarrowest + kGap.size());
    if (widths_.size() > std::max<size_t>(fitting, 1)) widths_.resize(std::max<size_t>(fitting, 1));
    ShrinkToFit();
  }

  // Takes from the widest columns first, so that narrow ones stay readable.
  void ShrinkToFit() {
    size_t total = kGap.size() * (widths_.size() - 1);
    for (size_t& width : widths_) total += width = std::min(width, options_.width);
    while (total > options_.width) {
      const auto widest = std::max_element(widths_.begin(), widths_.end());
      if (*widest <= kNarrowest) return;
      --*widest;
      --total;
    }
  }

  absl::Status WriteRow(const std::vector<Cell>& cells) {
    std::string line;
    for (size_t i = 0; i < widths_.size(); ++i) {
      if (i != 0) line += kGap;
      AppendCell(cells[i], widths_[i], IsNumber(schema_.field(i).type), i + 1 == widths_.size(),
                 &line);
    }
    line += '\n';
    return output_.Write(line);
  }

  void AppendCell(const Cell& cell, size_t width, bool right, bool last, std::string* line) const {
    const size_t characters = Characters(cell.text);
    const size_t blanks = width > characters ? width - characters : 0;
    if (right) line->append(blanks, ' ');
    if (cell.null && options_.color) *line += "\x1b[2m";
    if (characters > width) {
      *line += Prefix(cell.text, width - 1);
      *line += kEllipsis;
    } else {
      *line += cell.text;
    }
    if (cell.null && options_.color) *line += "\x1b[0m";
    if (!right && !last) line->append(blanks, ' ');
  }

  Output& output_;
  Schema schema_;
  TableOptions options_;
  std::vector<std::vector<Cell>> sample_;
  std::vector<size_t> widths_;  // of the columns that fit; chosen after the sample
};

}  // namespace

std::unique_ptr<ExportWriter> MakeTableWriter(Output& output, Schema schema,
                                              const TableOptions& options) {
  return std::make_unique<TableWriter>(output, std::move(schema), options);
}

}  // namespace ashlar::tools
