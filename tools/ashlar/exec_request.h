// ExecRequest: one line of the `exec` protocol, taken apart.
//
// Owns: the envelope: an object with "op", an optional "id", and members of simple types; unknown
// and duplicate members are refused. Does not own: what an op does (exec_session.h), nor rows
// (exec_rows.h), which stay as text.
#ifndef ASHLAR_TOOLS_ASHLAR_EXEC_REQUEST_H_
#define ASHLAR_TOOLS_ASHLAR_EXEC_REQUEST_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/options.h"

namespace ashlar::tools {

class ExecRequest {
 public:
  // `line` must stay readable as long as the request, with kBlockPadding (tools/import) bytes
  // behind it. After an error id() is still there when it was read.
  [[nodiscard]] absl::Status Parse(std::string_view line);

  // JSON text; empty when the line has none.
  [[nodiscard]] std::string_view id() const { return id_; }
  [[nodiscard]] const std::string& op() const { return op_; }

  // InvalidArgument naming a member besides "op" and "id" that is not among `names`.
  [[nodiscard]] absl::Status AllowOnly(std::initializer_list<std::string_view> names) const;

  // InvalidArgument for a member of another type. A null member is the same as none.
  [[nodiscard]] bool Has(std::string_view name) const { return Find(name) != nullptr; }
  [[nodiscard]] absl::StatusOr<std::string> Text(std::string_view name) const;  // required
  [[nodiscard]] absl::StatusOr<std::optional<std::string>> OptionalText(
      std::string_view name) const;
  [[nodiscard]] absl::StatusOr<std::optional<uint64_t>> OptionalNatural(
      std::string_view name) const;
  [[nodiscard]] absl::StatusOr<bool> Flag(std::string_view name) const;  // false without the member
  // A string, or a number as its text: versions and tags.
  [[nodiscard]] absl::StatusOr<std::optional<std::string>> OptionalWord(
      std::string_view name) const;
  // An array of strings; empty without the member.
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> Texts(std::string_view name) const;
  // An object of strings; empty without the member.
  [[nodiscard]] absl::StatusOr<TagAttributes> Attributes(std::string_view name) const;
  // The JSON text of a required array.
  [[nodiscard]] absl::StatusOr<std::string_view> RawArray(std::string_view name) const;
  // The JSON text of a required member, whatever it is.
  [[nodiscard]] absl::StatusOr<std::string_view> RawValue(std::string_view name) const;
  // The JSON text of a required object, array, or string without its quotes.
  [[nodiscard]] absl::StatusOr<std::string> SchemaText(std::string_view name) const;

 private:
  enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  struct Member {
    std::string name;
    Kind kind = Kind::kNull;
    std::string_view raw;  // JSON text, in the line
    std::string text;      // of a string
  };

  [[nodiscard]] absl::Status ReadMembers(std::string_view line);
  [[nodiscard]] const Member* Find(std::string_view name) const;
  [[nodiscard]] absl::StatusOr<const Member*> FindOfKind(std::string_view name, Kind kind) const;

  std::vector<Member> members_;
  std::string_view id_;
  std::string op_;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXEC_REQUEST_H_
