// Expressions as text that parses to an equal tree.
//
// Owns: the spelling of every node and where parentheses are needed. Does not own: reading it
// (parser.h).
#ifndef ASHLAR_SRC_QUERY_EXPRESSION_TEXT_H_
#define ASHLAR_SRC_QUERY_EXPRESSION_TEXT_H_

#include <string>
#include <string_view>

#include "src/query/expression_node.h"

namespace ashlar::query {

[[nodiscard]] std::string NodeText(const ExpressionNode& node);
// For messages: escaped for terminals, cut when it is long.
[[nodiscard]] std::string ShortText(const ExpressionNode& node);
// A column's path with quotes where its names need them.
[[nodiscard]] std::string PathText(std::string_view path);
// One value of a literal's type, as NodeText() spells it.
void AppendLiteralText(const DataType& type, const LiteralValue& literal, std::string* out);

// In quotes of one kind, doubled inside.
void AppendQuoted(std::string_view text, char quote, std::string* out);

// A word of the grammar, in lower case: as a name it must be quoted.
[[nodiscard]] bool IsKeyword(std::string_view lower_word);
[[nodiscard]] bool IsNameStart(char c);
[[nodiscard]] bool IsNameByte(char c);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_EXPRESSION_TEXT_H_
