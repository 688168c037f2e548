// Cutting text into tokens by their first character.
#include "src/query/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/query/expression_text.h"
#include "src/query/function_table.h"

namespace ashlar::query {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

absl::Status MistakeAt(int64_t position, std::string_view message) {
  return absl::InvalidArgumentError(base::StrCat("at ", position, ": ", message));
}

absl::StatusOr<Token> Lexer::Next() {
  while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  const size_t begin = at_;
  Token token;
  if (at_ < text_.size()) {
    const char c = text_[at_];
    if ((c == 'x' || c == 'X') && Peek(1) == '\'') {
      ASSIGN_OR_RETURN(token, Hex());
    } else if (IsNameStart(c) || c == '"') {
      ASSIGN_OR_RETURN(token, Name());
    } else if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
      ASSIGN_OR_RETURN(token, Number());
    } else if (c == '\'') {
      token.kind = TokenKind::kString;
      ASSIGN_OR_RETURN(token.text, Quoted());
    } else {
      ASSIGN_OR_RETURN(token, Symbol());
    }
  }
  token.position = static_cast<int64_t>(begin);
  token.raw = text_.substr(begin, at_ - begin);
  return token;
}

absl::StatusOr<Token> Lexer::Name() {
  Token token;
  const size_t begin = at_;
  const bool bare = Peek() != '"';
  RETURN_IF_ERROR(PathElement(&token.text));
  bool dotted = false;
  while (Peek() == '.') {
    dotted = true;
    ++at_;
    token.text += '.';
    if (!IsNameStart(Peek()) && Peek() != '"') {
      return MistakeAt(static_cast<int64_t>(at_), "expected a name after '.'");
    }
    RETURN_IF_ERROR(PathElement(&token.text));
  }
  token.kind = bare && !dotted ? TokenKind::kWord : TokenKind::kPath;
  if (token.kind == TokenKind::kWord) {
    token.text = LowerAscii(text_.substr(begin, at_ - begin));
  }
  return token;
}

absl::Status Lexer::PathElement(std::string* path) {
  if (Peek() == '"') {
    ASSIGN_OR_RETURN(const std::string name, Quoted());
    *path += name;
    return absl::OkStatus();
  }
  const size_t begin = at_;
  while (at_ < text_.size() && IsNameByte(text_[at_])) ++at_;
  *path += text_.substr(begin, at_ - begin);
  return absl::OkStatus();
}

absl::StatusOr<Token> Lexer::Number() {
  Token token;
  const size_t begin = at_;
  token.kind = TokenKind::kInteger;
  while (IsDigit(Peek())) ++at_;
  if (Peek() == '.') {
    token.kind = TokenKind::kReal;
    ++at_;
    while (IsDigit(Peek())) ++at_;
  }
  if (Peek() == 'e' || Peek() == 'E') {
    token.kind = TokenKind::kReal;
    ++at_;
    if (Peek() == '+' || Peek() == '-') ++at_;
    if (!IsDigit(Peek())) {
      return MistakeAt(static_cast<int64_t>(at_), "expected the digits of an exponent");
    }
    while (IsDigit(Peek())) ++at_;
  }
  if (IsNameStart(Peek())) {
    return MistakeAt(static_cast<int64_t>(at_), "a number ends with a letter");
  }
  token.text = std::string(text_.substr(begin, at_ - begin));
  return token;
}

// From an opening quote of either kind; doubled quotes stand for one.
absl::StatusOr<std::string> Lexer::Quoted() {
  const size_t begin = at_;
  const char quote = text_[at_++];
  std::string text;
  while (true) {
    if (at_ == text_.size()) {
      return MistakeAt(static_cast<int64_t>(begin),
                       quote == '"' ? "a quoted name is not closed" : "a string is not closed");
    }
    const char c = text_[at_++];
    if (c == quote) {
      if (Peek() != quote || at_ == text_.size()) return text;
      ++at_;
    }
    text += c;
  }
}

absl::StatusOr<Token> Lexer::Hex() {
  Token token;
  token.kind = TokenKind::kHex;
  const size_t begin = ++at_;
  ASSIGN_OR_RETURN(const std::string digits, Quoted());
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = HexDigit(digits[i]);
    const int low = i + 1 < digits.size() ? HexDigit(digits[i + 1]) : -1;
    if (high < 0 || low < 0) {
      return MistakeAt(static_cast<int64_t>(begin + 1 + i),
                       "expected two hexadecimal digits a byte");
    }
    token.text += static_cast<char>(high * 16 + low);
  }
  return token;
}

absl::StatusOr<Token> Lexer::Symbol() {
  static constexpr std::array<std::string_view, 22> kSymbols = {
      "==", "!=", "<>", "<=", ">=", "&&", "||", "=", "<", ">", "+",
      "-",  "*",  "/",  "%",  "(",  ")",  "[",  "]", ",", ":", ";"};
  Token token;
  token.kind = TokenKind::kSymbol;
  for (const std::string_view symbol : kSymbols) {
    if (!text_.substr(at_).starts_with(symbol)) continue;
    at_ += symbol.size();
    token.text = std::string(symbol);
    return token;
  }
  const std::string_view hint = text_[at_] == '!' ? "; write 'not'" : "";
  return MistakeAt(
      static_cast<int64_t>(at_),
      base::StrCat("unexpected '", base::EscapeForTerminal(text_.substr(at_, 1)), "'", hint));
}

std::string_view Lexer::TakeUntilClosing() {
  const size_t begin = at_;
  int open = 1;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '(') ++open;
    if (c == ')' && --open == 0) break;
    if (c != '"') continue;
    // A quoted field name of a struct; a backslash escapes there.
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ >= text_.size()) break;
  }
  at_ = std::min(at_, text_.size());
  return text_.substr(begin, at_ - begin);
}

}  // namespace ashlar::query
