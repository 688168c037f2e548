// What stands between operators: columns, literals, calls, case, cast and parentheses.
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/number_text.h"
#include "src/base/strings.h"
#include "src/base/time_text.h"
#include "src/query/expression_text.h"
#include "src/query/function_table.h"
#include "src/query/parser.h"

namespace ashlar::query {

absl::StatusOr<NodePtr> Parser::ParsePrimary() {
  const Token token = token_;
  switch (token.kind) {
    case TokenKind::kWord:
      return ParseWord();
    case TokenKind::kInteger:
    case TokenKind::kReal:
      return ParseNumber(/*negative=*/false);
    case TokenKind::kPath:
      RETURN_IF_ERROR(Advance());
      return Checked(MakeColumnNode(token.text, token.position));
    case TokenKind::kString:
      RETURN_IF_ERROR(Advance());
      return Checked(MakeStringNode(token.text, token.position));
    case TokenKind::kHex: {
      RETURN_IF_ERROR(Advance());
      LiteralValue literal;
      literal.is_null = false;
      literal.bytes = token.text;
      return MakeLiteralNode(Binary(), std::move(literal), token.position);
    }
    case TokenKind::kSymbol:
      if (token.text == "[") return ParseVector();
      if (token.text == "(") {
        RETURN_IF_ERROR(Advance());
        ASSIGN_OR_RETURN(NodePtr inner, ParseExpression());
        RETURN_IF_ERROR(Expect(")"));
        return inner;
      }
      break;
    case TokenKind::kEnd:
      break;
  }
  return Unexpected("an expression");
}

absl::StatusOr<NodePtr> Parser::ParseWord() {
  const Token word = token_;
  if (word.text == "case") return ParseCase();
  if (word.text == "cast" && IsFollowedBy('(')) return ParseCast();
  const bool is_constant = word.text == "true" || word.text == "false" || word.text == "null";
  if (IsKeyword(word.text) && !is_constant) return Unexpected("an expression");
  RETURN_IF_ERROR(Advance());
  if (word.text == "null") return MakeNullNode(word.position);
  if (is_constant) return MakeBoolNode(word.text == "true", word.position);
  if (IsSymbol("(")) return ParseCall(word);
  if (token_.kind == TokenKind::kString) return ParseTypedLiteral(word);
  return Checked(MakeColumnNode(std::string(word.raw), word.position));
}

absl::StatusOr<NodePtr> Parser::ParseTypedLiteral(const Token& word) {
  const Token text = token_;
  LiteralValue literal;
  literal.is_null = false;
  DataType type;
  std::optional<int64_t> time;
  if (word.text == "date") {
    type = Date32();
    time = base::ParseDate32(text.text);
  } else if (word.text == "timestamp") {
    type = Timestamp();
    time = base::ParseTimestamp(text.text);
  } else if (word.text == "float64") {
    RETURN_IF_ERROR(Advance());
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (text.text == "NaN") {
      return MakeDoubleNode(std::numeric_limits<double>::quiet_NaN(), word.position);
    }
    if (text.text == "Infinity") return MakeDoubleNode(kInfinity, word.position);
    if (text.text == "-Infinity") return MakeDoubleNode(-kInfinity, word.position);
    return MistakeAt(text.position, "expected 'NaN', 'Infinity' or '-Infinity'");
  } else {
    return Unexpected("an operator");
  }
  if (!time.has_value()) {
    return MistakeAt(
        text.position,
        base::StrCat("'", base::EscapeForTerminal(text.text.substr(0, 40)), "' is no ", word.text,
                     type.id() == TypeId::kDate32 ? " such as '2020-01-31'"
                                                  : " such as '2020-01-31T12:00:00Z'"));
  }
  RETURN_IF_ERROR(Advance());
  literal.int64 = *time;
  return MakeLiteralNode(std::move(type), std::move(literal), word.position);
}

absl::StatusOr<std::vector<NodePtr>> Parser::ParseArguments() {
  std::vector<NodePtr> args;
  ASSIGN_OR_RETURN(const bool empty, Accept(")"));
  if (empty) return args;
  while (true) {
    ASSIGN_OR_RETURN(NodePtr arg, ParseExpression());
    args.push_back(std::move(arg));
    ASSIGN_OR_RETURN(const bool more, Accept(","));
    if (more) continue;
    RETURN_IF_ERROR(IsSymbol(")") ? Advance() : Unexpected("',' or ')'"));
    return args;
  }
}

absl::StatusOr<NodePtr> Parser::ParseCall(const Token& name) {
  // The name first: what is wrong with it explains mistakes among its arguments.
  if (const NodePtr call = MakeCallNode(name.text, {}, name.position);
      call->is_error && call->text.find("()") == std::string::npos) {
    return Checked(call);
  }
  RETURN_IF_ERROR(Advance());
  // A column may be named distinct: then something other than an expression follows it.
  const bool distinct =
      LowerAscii(name.text) == "count" && IsWord("distinct") && !IsFollowedBy(')');
  if (distinct) RETURN_IF_ERROR(Advance());
  ASSIGN_OR_RETURN(std::vector<NodePtr> args, ParseArguments());
  return Checked(
      MakeCallNode(distinct ? "count distinct" : name.text, std::move(args), name.position));
}

absl::StatusOr<NodePtr> Parser::ParseCase() {
  const int64_t position = token_.position;
  RETURN_IF_ERROR(Advance());
  if (!IsWord("when")) return Unexpected("'when'");
  std::vector<NodePtr> args;
  while (IsWord("when")) {
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(NodePtr when, ParseExpression());
    args.push_back(std::move(when));
    RETURN_IF_ERROR(ExpectWord("then"));
    ASSIGN_OR_RETURN(NodePtr then, ParseExpression());
    args.push_back(std::move(then));
  }
  ASSIGN_OR_RETURN(const bool has_else, AcceptWord("else"));
  if (has_else) {
    ASSIGN_OR_RETURN(NodePtr otherwise, ParseExpression());
    args.push_back(std::move(otherwise));
  } else {
    args.push_back(MakeNullNode(position));
  }
  if (!IsWord("end")) return Unexpected(has_else ? "'end'" : "'when', 'else' or 'end'");
  RETURN_IF_ERROR(Advance());
  return Checked(MakeNode(Op::kCase, std::move(args), position));
}

absl::StatusOr<NodePtr> Parser::ParseCast() {
  const int64_t position = token_.position;
  RETURN_IF_ERROR(Advance());
  RETURN_IF_ERROR(Expect("("));
  ASSIGN_OR_RETURN(NodePtr arg, ParseExpression());
  if (!IsWord("as")) return Unexpected("'as'");
  // The type has a notation of its own: it is taken as raw text.
  const int64_t type_position = lexer_.position();
  std::string_view text = lexer_.TakeUntilClosing();
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const absl::StatusOr<DataType> type = DataType::Parse(text);
  if (!type.ok()) {
    return MistakeAt(type_position, std::string_view(type.status().message().data(),
                                                     type.status().message().size()));
  }
  RETURN_IF_ERROR(Advance());
  RETURN_IF_ERROR(Expect(")"));
  return Checked(MakeCastNode(std::move(arg), *type, position));
}

absl::StatusOr<NodePtr> Parser::ParseVector() {
  const int64_t position = token_.position;
  RETURN_IF_ERROR(Advance());
  std::vector<float> values;
  while (true) {
    ASSIGN_OR_RETURN(const bool negative, Accept("-"));
    if (token_.kind != TokenKind::kInteger && token_.kind != TokenKind::kReal) {
      return Unexpected("a number");
    }
    const std::optional<float> value = base::ParseFloat(token_.text);
    if (!value.has_value())
      return MistakeAt(token_.position, "the number is too large for float32");
    values.push_back(negative ? -*value : *value);
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(const bool more, Accept(","));
    if (more) continue;
    RETURN_IF_ERROR(IsSymbol("]") ? Advance() : Unexpected("',' or ']'"));
    return Checked(MakeVectorNode(std::move(values), position));
  }
}

absl::StatusOr<NodePtr> Parser::ParseNumber(bool negative) {
  const Token token = token_;
  RETURN_IF_ERROR(Advance());
  const std::string digits = negative ? base::StrCat("-", token.text) : token.text;
  const char* end = digits.data() + digits.size();
  if (token.kind == TokenKind::kReal) {
    const std::optional<double> value = base::ParseDouble(digits);
    if (!value.has_value()) return MistakeAt(token.position, "the number is too large for float64");
    return MakeDoubleNode(*value, token.position);
  }
  int64_t whole = 0;
  if (std::from_chars(digits.data(), end, whole).ec == std::errc()) {
    return MakeInt64Node(whole, token.position);
  }
  uint64_t large = 0;
  if (!negative && std::from_chars(digits.data(), end, large).ec == std::errc()) {
    return MakeUInt64Node(large, token.position);
  }
  return MistakeAt(token.position, "the number is out of range for a 64-bit integer");
}

}  // namespace ashlar::query
