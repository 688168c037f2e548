// The words of the type notation: "id: int64 not null, tags: list<utf8>".
//
// Owns: type names and how a field's name is spelled, in one place for writing and parsing. Does
// not own: the grammar (type_parser.cc).
#ifndef ASHLAR_SRC_COLUMNAR_TYPE_TEXT_H_
#define ASHLAR_SRC_COLUMNAR_TYPE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/types.h"

namespace ashlar::columnar {

// "none" for no type; never a name that TypeByName knows.
[[nodiscard]] std::string_view TypeName(TypeId id);
[[nodiscard]] std::optional<TypeId> TypeByName(std::string_view name);

// Letters, digits, '_', '.', '-' and everything beyond ASCII stand in names as they are; a name
// with anything else is written in double quotes, with '"' and '\' escaped by '\'.
[[nodiscard]] bool IsBareNameByte(char c);
// "year: int64 not null, team: utf8".
[[nodiscard]] std::string FieldsText(const std::vector<Field>& fields);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_TYPE_TEXT_H_
