// Json: a small ordered JSON value, for answers and result rows.
//
// Owns: values on their way out: what commands report and `exec` answers. Does not own: rows of
// datasets (src/columnar/json_value.h), which come in as ready text, nor reading JSON.
#ifndef ASHLAR_TOOLS_ASHLAR_JSON_H_
#define ASHLAR_TOOLS_ASHLAR_JSON_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ashlar::tools {

class Json {
 public:
  using List = std::vector<Json>;
  using Members = std::vector<std::pair<std::string, Json>>;

  Json() = default;  // null
  Json(bool value) : value_(value) {}
  template <std::signed_integral Number>
  Json(Number value) : value_(static_cast<int64_t>(value)) {}
  template <std::unsigned_integral Number>
  requires(!std::same_as<Number, bool>) Json(Number value) : value_(static_cast<uint64_t>(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  [[nodiscard]] static Json Array(List items = {});
  // In the order given; names are not checked for duplicates.
  [[nodiscard]] static Json Object(Members members = {});
  // `text` is a JSON value already.
  [[nodiscard]] static Json Ready(std::string text);

  // Only for objects.
  void Add(std::string name, Json value);
  // Only for arrays.
  void Add(Json item);
  // The member of an object; null when there is none.
  [[nodiscard]] const Json* Find(std::string_view name) const;
  [[nodiscard]] const Members& members() const;

  void AppendTo(std::string* out) const;
  [[nodiscard]] std::string ToText() const;
  // For a table or CSV cell: strings as they are, null as nothing, all else as JSON.
  [[nodiscard]] std::string ToCell() const;

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  [[nodiscard]] bool is_number() const {
    return std::holds_alternative<int64_t>(value_) || std::holds_alternative<uint64_t>(value_);
  }

 private:
  struct ReadyText {
    std::string text;
  };

  std::variant<std::monostate, bool, int64_t, uint64_t, std::string, ReadyText, List, Members>
      value_;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_JSON_H_
