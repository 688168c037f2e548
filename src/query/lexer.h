// Lexer: the tokens of an expression's text.
//
// Owns: names, paths, numbers and strings, and their mistakes. Does not own: what they mean
// together (parser.h). Hands out one token at a time, so that the parser may read a type as raw
// text.
#ifndef ASHLAR_SRC_QUERY_LEXER_H_
#define ASHLAR_SRC_QUERY_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ashlar::query {

enum class TokenKind : uint8_t {
  kEnd,
  kWord,     // a bare name without dots: keyword, function or column; `text` in lower case
  kPath,     // a column that is certainly none of these: quoted or with dots
  kInteger,  // `text` are digits
  kReal,
  kString,  // `text` without quotes, doubled ones single
  kHex,     // x'…', `text` the bytes
  kSymbol,  // operator or punctuation
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  int64_t position = 0;
  std::string text;
  std::string_view raw;  // as it was written
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; after the end, kEnd for ever.
  [[nodiscard]] absl::StatusOr<Token> Next();
  // Raw text from here to the parenthesis that closes the one already open, which is not consumed.
  [[nodiscard]] std::string_view TakeUntilClosing();
  [[nodiscard]] int64_t position() const { return static_cast<int64_t>(at_); }

 private:
  absl::StatusOr<Token> Name();
  absl::Status PathElement(std::string* path);
  absl::StatusOr<Token> Number();
  absl::StatusOr<std::string> Quoted();
  absl::StatusOr<Token> Hex();
  absl::StatusOr<Token> Symbol();
  [[nodiscard]] char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  const std::string_view text_;
  size_t at_ = 0;
};

// InvalidArgument "at 14: message".
[[nodiscard]] absl::Status MistakeAt(int64_t position, std::string_view message);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_LEXER_H_
