// The operators, from those that bind loosest to those that bind tightest.
#include "src/query/parser.h"

#include <array>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "src/query/expression_text.h"

namespace ashlar::query {

absl::Status Parser::Begin() {
  for (size_t at = 0; at < text_.size();) {
    const size_t length = base::Utf8SequenceLength(text_.substr(at));
    if (length == 0) return MistakeAt(static_cast<int64_t>(at), "the text is no UTF-8");
    at += length;
  }
  return Advance();
}

absl::Status Parser::Advance() {
  ASSIGN_OR_RETURN(token_, lexer_.Next());
  return absl::OkStatus();
}

bool Parser::IsFollowedBy(char c) const {
  const size_t next = text_.find_first_not_of(" \t\r\n", static_cast<size_t>(lexer_.position()));
  return next != text_.npos && text_[next] == c;
}

absl::StatusOr<bool> Parser::Accept(std::string_view symbol) {
  if (!IsSymbol(symbol)) return false;
  RETURN_IF_ERROR(Advance());
  return true;
}

absl::StatusOr<bool> Parser::AcceptWord(std::string_view word) {
  if (!IsWord(word)) return false;
  RETURN_IF_ERROR(Advance());
  return true;
}

absl::Status Parser::Expect(std::string_view symbol) {
  ASSIGN_OR_RETURN(const bool there, Accept(symbol));
  return there ? absl::OkStatus() : Unexpected(base::StrCat("'", symbol, "'"));
}

absl::Status Parser::ExpectWord(std::string_view word) {
  ASSIGN_OR_RETURN(const bool there, AcceptWord(word));
  return there ? absl::OkStatus() : Unexpected(base::StrCat("'", word, "'"));
}

absl::Status Parser::Unexpected(std::string_view what) const {
  constexpr size_t kBytes = 32;
  if (token_.kind == TokenKind::kEnd) {
    return MistakeAt(token_.position, base::StrCat("expected ", what, " but the text ends"));
  }
  const bool cut = token_.raw.size() > kBytes;
  return MistakeAt(
      token_.position,
      base::StrCat("expected ", what, " but found ",
                   base::EscapeForTerminal(token_.raw.substr(0, kBytes)), cut ? "..." : ""));
}

absl::StatusOr<std::string> Parser::ParseName() {
  const bool is_name = token_.kind == TokenKind::kPath ||
                       (token_.kind == TokenKind::kWord && !IsKeyword(token_.text));
  if (!is_name) return Unexpected("a name");
  // Words are lower case for comparing; a name keeps its case.
  std::string name = token_.kind == TokenKind::kPath ? token_.text : std::string(token_.raw);
  RETURN_IF_ERROR(Advance());
  return name;
}

absl::StatusOr<NodePtr> Parser::Checked(NodePtr node) {
  if (node->is_error) return MistakeAt(node->position, node->text);
  return node;
}

absl::StatusOr<NodePtr> Parser::Nested(Rule rule) {
  // Parentheses that no level of the tree answers for: around a number behind a minus, and the text
  // as a whole.
  constexpr uint32_t kSpare = 4;
  if (depth_ >= base::kMaxExpressionDepth + kSpare) {
    return MistakeAt(token_.position, base::StrCat("the expression is nested deeper than ",
                                                   base::kMaxExpressionDepth, " levels"));
  }
  ++depth_;
  absl::StatusOr<NodePtr> node = (this->*rule)();
  --depth_;
  return node;
}

absl::StatusOr<NodePtr> Parser::ParseExpression() { return Nested(&Parser::ParseOr); }

absl::StatusOr<NodePtr> Parser::ParseJunction(Op op, std::string_view word, std::string_view symbol,
                                              Rule operand) {
  ASSIGN_OR_RETURN(NodePtr first, (this->*operand)());
  const int64_t position = token_.position;
  std::vector<NodePtr> args = {std::move(first)};
  while (IsWord(word) || IsSymbol(symbol)) {
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(NodePtr next, (this->*operand)());
    args.push_back(std::move(next));
  }
  if (args.size() == 1) return args[0];
  return Checked(MakeNode(op, std::move(args), position));
}

absl::StatusOr<NodePtr> Parser::ParseOr() {
  return ParseJunction(Op::kOr, "or", "||", &Parser::ParseAnd);
}

absl::StatusOr<NodePtr> Parser::ParseAnd() {
  return ParseJunction(Op::kAnd, "and", "&&", &Parser::ParseNot);
}

absl::StatusOr<NodePtr> Parser::ParseNot() {
  if (!IsWord("not")) return ParseComparison();
  const int64_t position = token_.position;
  RETURN_IF_ERROR(Advance());
  ASSIGN_OR_RETURN(NodePtr arg, Nested(&Parser::ParseNot));
  return Checked(MakeNode(Op::kNot, {std::move(arg)}, position));
}

absl::StatusOr<NodePtr> Parser::ParseComparison() {
  static constexpr std::array<std::pair<std::string_view, Op>, 8> kOperators = {
      {{"=", Op::kEqual},
       {"==", Op::kEqual},
       {"!=", Op::kNotEqual},
       {"<>", Op::kNotEqual},
       {"<", Op::kLess},
       {"<=", Op::kLessEqual},
       {">", Op::kGreater},
       {">=", Op::kGreaterEqual}}};
  ASSIGN_OR_RETURN(NodePtr left, ParseAdditive());
  const int64_t position = token_.position;
  for (const auto& [symbol, op] : kOperators) {
    ASSIGN_OR_RETURN(const bool there, Accept(symbol));
    if (!there) continue;
    ASSIGN_OR_RETURN(NodePtr right, ParseAdditive());
    return Checked(MakeNode(op, {std::move(left), std::move(right)}, position));
  }
  ASSIGN_OR_RETURN(const bool is, AcceptWord("is"));
  if (is) return ParseNullTest(std::move(left), position);
  ASSIGN_OR_RETURN(const bool negated, AcceptWord("not"));
  absl::StatusOr<NodePtr> node = left;
  if (IsWord("in")) {
    node = ParseIn(std::move(left), position);
  } else if (IsWord("between")) {
    node = ParseBetween(std::move(left), position);
  } else if (IsWord("like")) {
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(NodePtr pattern, ParseAdditive());
    node = Checked(MakeNode(Op::kLike, {std::move(left), std::move(pattern)}, position));
  } else if (negated) {
    return Unexpected("'in', 'between' or 'like'");
  }
  if (!node.ok() || !negated) return node;
  return Checked(MakeNode(Op::kNot, {*std::move(node)}, position));
}

absl::StatusOr<NodePtr> Parser::ParseNullTest(NodePtr left, int64_t position) {
  ASSIGN_OR_RETURN(const bool negated, AcceptWord("not"));
  RETURN_IF_ERROR(ExpectWord("null"));
  return Checked(MakeNode(negated ? Op::kIsNotNull : Op::kIsNull, {std::move(left)}, position));
}

absl::StatusOr<NodePtr> Parser::ParseIn(NodePtr left, int64_t position) {
  RETURN_IF_ERROR(Advance());
  RETURN_IF_ERROR(Expect("("));
  ASSIGN_OR_RETURN(std::vector<NodePtr> args, ParseArguments());
  args.insert(args.begin(), std::move(left));
  return Checked(MakeNode(Op::kIn, std::move(args), position));
}

absl::StatusOr<NodePtr> Parser::ParseBetween(NodePtr left, int64_t position) {
  RETURN_IF_ERROR(Advance());
  ASSIGN_OR_RETURN(NodePtr low, ParseAdditive());
  RETURN_IF_ERROR(ExpectWord("and"));
  ASSIGN_OR_RETURN(NodePtr high, ParseAdditive());
  NodePtr from = MakeNode(Op::kGreaterEqual, {left, std::move(low)}, position);
  NodePtr to = MakeNode(Op::kLessEqual, {std::move(left), std::move(high)}, position);
  return Checked(MakeNode(Op::kAnd, {std::move(from), std::move(to)}, position));
}

absl::StatusOr<NodePtr> Parser::ParseAdditive() {
  ASSIGN_OR_RETURN(NodePtr left, ParseMultiplicative());
  while (IsSymbol("+") || IsSymbol("-")) {
    const Op op = IsSymbol("+") ? Op::kAdd : Op::kSubtract;
    const int64_t position = token_.position;
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(NodePtr right, ParseMultiplicative());
    ASSIGN_OR_RETURN(left, Checked(MakeNode(op, {std::move(left), std::move(right)}, position)));
  }
  return left;
}

absl::StatusOr<NodePtr> Parser::ParseMultiplicative() {
  ASSIGN_OR_RETURN(NodePtr left, ParseUnary());
  while (IsSymbol("*") || IsSymbol("/") || IsSymbol("%")) {
    const Op op = IsSymbol("*") ? Op::kMultiply : IsSymbol("/") ? Op::kDivide : Op::kModulo;
    const int64_t position = token_.position;
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(NodePtr right, ParseUnary());
    ASSIGN_OR_RETURN(left, Checked(MakeNode(op, {std::move(left), std::move(right)}, position)));
  }
  return left;
}

absl::StatusOr<NodePtr> Parser::ParseUnary() {
  if (!IsSymbol("-")) return ParsePrimary();
  const int64_t position = token_.position;
  RETURN_IF_ERROR(Advance());
  if (token_.kind == TokenKind::kInteger || token_.kind == TokenKind::kReal) {
    return ParseNumber(/*negative=*/true);
  }
  ASSIGN_OR_RETURN(NodePtr arg, Nested(&Parser::ParseUnary));
  return Checked(MakeNode(Op::kNegate, {std::move(arg)}, position));
}

}  // namespace ashlar::query
