// Parser: expressions from text, by recursive descent.
//
// Owns: the grammar of docs/QUERIES.md and the positions of its mistakes. Does not own: types (the
// binder). Recursion is bounded by the limit on the depth of expressions.
#ifndef ASHLAR_SRC_QUERY_PARSER_H_
#define ASHLAR_SRC_QUERY_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/query/expression_node.h"
#include "src/query/lexer.h"

namespace ashlar::query {

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text), text_(text) {}

  // Checks the text as a whole and reads the first token; call once, before anything else.
  [[nodiscard]] absl::Status Begin();
  [[nodiscard]] absl::StatusOr<NodePtr> ParseExpression();

  // For the lists around expressions (list_parser.cc).
  [[nodiscard]] const Token& token() const { return token_; }
  [[nodiscard]] bool IsSymbol(std::string_view symbol) const {
    return token_.kind == TokenKind::kSymbol && token_.text == symbol;
  }
  [[nodiscard]] bool IsWord(std::string_view word) const {
    return token_.kind == TokenKind::kWord && token_.text == word;
  }
  // Whether the character after the current token, blanks passed over, is `c`.
  [[nodiscard]] bool IsFollowedBy(char c) const;
  [[nodiscard]] absl::Status Advance();
  // Consumes the symbol if it is next.
  [[nodiscard]] absl::StatusOr<bool> Accept(std::string_view symbol);
  [[nodiscard]] absl::StatusOr<bool> AcceptWord(std::string_view word);
  [[nodiscard]] absl::Status Expect(std::string_view symbol);
  [[nodiscard]] absl::Status ExpectWord(std::string_view word);
  // "expected <what> but found 'x'".
  [[nodiscard]] absl::Status Unexpected(std::string_view what) const;
  // A name after `as`.
  [[nodiscard]] absl::StatusOr<std::string> ParseName();

 private:
  using Rule = absl::StatusOr<NodePtr> (Parser::*)();

  absl::StatusOr<NodePtr> ParseOr();
  absl::StatusOr<NodePtr> ParseAnd();
  absl::StatusOr<NodePtr> ParseNot();
  absl::StatusOr<NodePtr> ParseComparison();
  absl::StatusOr<NodePtr> ParseAdditive();
  absl::StatusOr<NodePtr> ParseMultiplicative();
  absl::StatusOr<NodePtr> ParseUnary();
  // parser_primary.cc
  absl::StatusOr<NodePtr> ParsePrimary();
  absl::StatusOr<NodePtr> ParseWord();
  absl::StatusOr<NodePtr> ParseTypedLiteral(const Token& word);
  absl::StatusOr<NodePtr> ParseCall(const Token& name);
  absl::StatusOr<NodePtr> ParseCase();
  absl::StatusOr<NodePtr> ParseCast();
  absl::StatusOr<NodePtr> ParseVector();
  absl::StatusOr<NodePtr> ParseNumber(bool negative);

  absl::StatusOr<NodePtr> ParseJunction(Op op, std::string_view word, std::string_view symbol,
                                        Rule operand);
  absl::StatusOr<NodePtr> ParseNullTest(NodePtr left, int64_t position);
  absl::StatusOr<NodePtr> ParseIn(NodePtr left, int64_t position);
  absl::StatusOr<NodePtr> ParseBetween(NodePtr left, int64_t position);
  absl::StatusOr<std::vector<NodePtr>> ParseArguments();  // up to and with ")"
  // An error node becomes a status with its position.
  static absl::StatusOr<NodePtr> Checked(NodePtr node);
  // One level of the grammar's own recursion.
  absl::StatusOr<NodePtr> Nested(Rule rule);

  Lexer lexer_;
  const std::string_view text_;
  Token token_;
  uint32_t depth_ = 0;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PARSER_H_
