// DataType::Parse: the type notation, read back.
//
// Owns: the grammar
//   type  := name | "fixed_size_binary(" n ")" | "fixed_size_list<float32>(" n ")"
//          | "list<" type [" not null"] ">" | "struct<" field {"," field} ">"
//   field := (bare name | quoted name) ":" type ["not null"]
// with blanks allowed between words. Does not own: which types are allowed (type_rules.h), though
// no text may nest deeper than that, for the parser recurses.
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "ashlar/types.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/type_rules.h"
#include "src/columnar/type_text.h"

namespace ashlar {
namespace {

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  absl::StatusOr<DataType> ParseAll() {
    ASSIGN_OR_RETURN(DataType type, ParseType(1));
    SkipBlanks();
    if (position_ != text_.size()) return Mistake("the end");
    return type;
  }

 private:
  absl::StatusOr<DataType> ParseType(uint32_t depth) {
    if (depth > base::kMaxNestingDepth) return Mistake("no deeper nesting");
    SkipBlanks();
    const size_t begin = position_;
    const std::optional<TypeId> id = columnar::TypeByName(ReadBareName());
    if (!id.has_value()) {
      position_ = begin;
      return Mistake("a type");
    }
    switch (*id) {
      case TypeId::kFixedSizeBinary: {
        ASSIGN_OR_RETURN(const int32_t width, ParseWidth());
        return FixedSizeBinary(width);
      }
      case TypeId::kFixedSizeList: {
        for (const std::string_view token : {"<", "float32", ">"}) RETURN_IF_ERROR(Expect(token));
        ASSIGN_OR_RETURN(const int32_t width, ParseWidth());
        return Vector(width);
      }
      case TypeId::kList:
        return ParseList(depth);
      case TypeId::kStruct:
        return ParseStruct(depth);
      case TypeId::kTimestamp:
        // The unit is the only one there is; it may be said.
        if (Accept("(")) {
          for (const std::string_view token : {"us", ")"}) RETURN_IF_ERROR(Expect(token));
        }
        return Timestamp();
      default:
        return MakeDataType(*id, 0, {});
    }
  }

  absl::StatusOr<DataType> ParseList(uint32_t depth) {
    RETURN_IF_ERROR(Expect("<"));
    ASSIGN_OR_RETURN(DataType element, ParseType(depth + 1));
    ASSIGN_OR_RETURN(const bool nullable, ParseNullable());
    RETURN_IF_ERROR(Expect(">"));
    return List(std::move(element), nullable);
  }

  absl::StatusOr<DataType> ParseStruct(uint32_t depth) {
    RETURN_IF_ERROR(Expect("<"));
    std::vector<Field> fields;
    do {
      ASSIGN_OR_RETURN(std::string name, ParseName());
      RETURN_IF_ERROR(Expect(":"));
      ASSIGN_OR_RETURN(DataType type, ParseType(depth + 1));
      ASSIGN_OR_RETURN(const bool nullable, ParseNullable());
      fields.push_back({std::move(name), std::move(type), nullable});
    } while (Accept(","));
    RETURN_IF_ERROR(Expect(">"));
    return Struct(std::move(fields));
  }

  absl::StatusOr<std::string> ParseName() {
    if (!Accept("\"")) {
      std::string name(ReadBareName());
      if (name.empty()) return Mistake("a name");
      return name;
    }
    std::string name;
    for (; position_ < text_.size() && text_[position_] != '"'; ++position_) {
      if (text_[position_] == '\\' && ++position_ == text_.size()) break;
      name += text_[position_];
    }
    RETURN_IF_ERROR(Expect("\""));
    return name;
  }

  absl::StatusOr<bool> ParseNullable() {
    if (!Accept("not")) return true;
    RETURN_IF_ERROR(Expect("null"));
    return false;
  }

  absl::StatusOr<int32_t> ParseWidth() {
    RETURN_IF_ERROR(Expect("("));
    SkipBlanks();
    int32_t width = 0;
    const char* begin = text_.data() + position_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), width);
    if (error != std::errc() || width < 1) return Mistake("a width from 1 on");
    position_ += static_cast<size_t>(end - begin);
    RETURN_IF_ERROR(Expect(")"));
    return width;
  }

  std::string_view ReadBareName() {
    SkipBlanks();
    const size_t begin = position_;
    while (position_ < text_.size() && columnar::IsBareNameByte(text_[position_])) ++position_;
    return text_.substr(begin, position_ - begin);
  }

  bool Accept(std::string_view token) {
    SkipBlanks();
    if (!text_.substr(position_).starts_with(token)) return false;
    position_ += token.size();
    return true;
  }

  absl::Status Expect(std::string_view token) {
    return Accept(token) ? absl::OkStatus() : Mistake(base::QuoteForMessage(token));
  }

  void SkipBlanks() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }

  [[nodiscard]] absl::Status Mistake(std::string_view expected) const {
    return absl::InvalidArgumentError(base::StrCat("type ", base::QuoteForMessage(text_),
                                                   ": expected ", expected, " at position ",
                                                   position_));
  }

  std::string_view text_;
  size_t position_ = 0;
};

}  // namespace

absl::StatusOr<DataType> DataType::Parse(std::string_view text) {
  ASSIGN_OR_RETURN(DataType type, TypeParser(text).ParseAll());
  RETURN_IF_ERROR(columnar::ValidateType(type));
  return type;
}

}  // namespace ashlar
