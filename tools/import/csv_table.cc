// Header and row rules of CSV files.
#include "tools/import/csv_table.h"

#include <unordered_set>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "tools/import/import_error.h"

namespace ashlar::tools {

CsvTable::CsvTable(io::InputStream& input, size_t block_bytes,
                   std::function<void(uint64_t)> on_bytes)
    : input_name_(input.name()), scanner_(input, block_bytes, std::move(on_bytes)) {}

absl::StatusOr<std::unique_ptr<CsvTable>> CsvTable::Open(io::InputStream& input, size_t block_bytes,
                                                         std::function<void(uint64_t)> on_bytes) {
  std::unique_ptr<CsvTable> table(new CsvTable(input, block_bytes, std::move(on_bytes)));
  RETURN_IF_ERROR(table->ReadHeader());
  return table;
}

absl::Status CsvTable::ReadHeader() {
  ASSIGN_OR_RETURN(const bool found, scanner_.Next());
  if (!found) {
    return absl::InvalidArgumentError(base::StrCat(input_name_, ": is empty: no header line"));
  }
  std::unordered_set<std::string> seen;
  for (size_t i = 0; i < scanner_.field_count(); ++i) {
    std::string name(scanner_.text(i));
    const std::string number = base::StrCat(i + 1);
    if (name.empty()) {
      return ErrorAt(input_name_, line(), number, "the column has no name");
    }
    if (const absl::Status valid = base::ValidateName("column", name); !valid.ok()) {
      return AddPlace(input_name_, line(), number, valid);
    }
    if (!seen.insert(name).second) {
      return ErrorAt(input_name_, line(), number,
                     base::StrCat("the column name ", QuoteValue(name), " is there twice"));
    }
    names_.push_back(std::move(name));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvTable::Next() {
  do {
    ASSIGN_OR_RETURN(const bool found, scanner_.Next());
    if (!found) return false;
  } while (names_.size() > 1 && scanner_.blank());
  if (scanner_.field_count() != names_.size()) return RaggedError();
  if (!scanner_.valid_utf8()) RETURN_IF_ERROR(CheckUtf8());
  return true;
}

absl::Status CsvTable::CheckUtf8() const {
  for (size_t i = 0; i < names_.size(); ++i) {
    if (base::IsValidUtf8(text(i))) continue;
    return ErrorAt(input_name_, line(), names_[i],
                   base::StrCat(QuoteValue(text(i)), " is not valid UTF-8"));
  }
  return absl::OkStatus();
}

absl::Status CsvTable::RaggedError() const {
  return ErrorAt(input_name_, line(), "",
                 base::StrCat("the record has ", scanner_.field_count(), " fields, the header has ",
                              names_.size()));
}

}  // namespace ashlar::tools
