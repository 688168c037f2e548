// ValueTable: the values of an expression for every entry of a dictionary, and for null.
//
// Owns: running an expression over dictionary values and keeping what comes out, code by code; for
// predicates, the sets of codes for which they are true or null. Does not own: deciding whether
// that pays (encoded_node.h).
#ifndef ASHLAR_SRC_QUERY_VALUE_TABLE_H_
#define ASHLAR_SRC_QUERY_VALUE_TABLE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "src/query/code_set.h"
#include "src/query/program_node.h"

namespace ashlar::query {

class ValueTable {
 public:
  // Runs `node`, which reads no slot but `slot`, over `values` and over one null. False: some entry
  // may be an error, so rows must be looked at one by one; the table is empty then. The node must
  // begin a morsel anew afterwards.
  [[nodiscard]] absl::StatusOr<bool> Fill(ProgramNode* node, size_t slot, const Column& values);

  // Entries of the dictionary; the one of null rows stands behind them.
  [[nodiscard]] int64_t null_entry() const { return static_cast<int64_t>(valid_.size()) - 1; }
  [[nodiscard]] bool IsValid(int64_t entry) const { return valid_[entry] != 0; }
  // Whether some entry but that of null rows is null.
  [[nodiscard]] bool has_null_codes() const { return has_null_codes_; }

  // By the node's physical kind.
  [[nodiscard]] int64_t word(int64_t entry) const { return words_[entry]; }
  [[nodiscard]] std::string_view view(int64_t entry) const { return views_[entry]; }
  [[nodiscard]] bool truth(int64_t entry) const { return truth_[entry] != 0; }
  // Of predicates; they know nothing of null rows.
  [[nodiscard]] const CodeSet& true_codes() const { return true_codes_; }
  [[nodiscard]] const CodeSet& null_codes() const { return null_codes_; }

 private:
  [[nodiscard]] absl::StatusOr<bool> Append(ProgramNode* node, size_t slot, const Column& values);
  void AppendZone(Physical physical, const Vector& zone, int64_t rows);

  std::vector<uint8_t> valid_;
  bool has_null_codes_ = false;
  std::vector<uint8_t> truth_;
  std::vector<int64_t> words_;
  std::vector<std::string_view> views_;
  std::deque<std::string> owned_;
  CodeSet true_codes_;
  CodeSet null_codes_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_VALUE_TABLE_H_
