// Printing by precedence: a part is put in parentheses where it binds looser than its place.
#include "src/query/expression_text.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/query/function_table.h"

namespace ashlar::query {
namespace {

enum Precedence {
  kOrLevel,
  kAndLevel,
  kNotLevel,
  kCompareLevel,
  kAddLevel,
  kMultiplyLevel,
  kMinusLevel,
  kPrimaryLevel
};

Precedence LevelOf(Op op) {
  switch (op) {
    case Op::kOr:
      return kOrLevel;
    case Op::kAnd:
      return kAndLevel;
    case Op::kNot:
      return kNotLevel;
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kIn:
    case Op::kLike:
    case Op::kIsNull:
    case Op::kIsNotNull:
      return kCompareLevel;
    case Op::kAdd:
    case Op::kSubtract:
      return kAddLevel;
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kModulo:
      return kMultiplyLevel;
    case Op::kNegate:
      return kMinusLevel;
    default:
      return kPrimaryLevel;
  }
}

std::string_view InfixOf(Op op) {
  switch (op) {
    case Op::kOr:
      return " or ";
    case Op::kAnd:
      return " and ";
    case Op::kEqual:
      return " = ";
    case Op::kNotEqual:
      return " != ";
    case Op::kLess:
      return " < ";
    case Op::kLessEqual:
      return " <= ";
    case Op::kGreater:
      return " > ";
    case Op::kGreaterEqual:
      return " >= ";
    case Op::kAdd:
      return " + ";
    case Op::kSubtract:
      return " - ";
    case Op::kMultiply:
      return " * ";
    case Op::kDivide:
      return " / ";
    case Op::kModulo:
      return " % ";
    case Op::kLike:
      return " like ";
    default:
      return {};
  }
}

bool NeedsQuotes(std::string_view name) {
  return name.empty() || !IsNameStart(name.front()) ||
         !std::all_of(name.begin(), name.end(), IsNameByte) || IsKeyword(LowerAscii(name));
}

bool IsNumberLiteral(const ExpressionNode& node) {
  const Physical physical = PhysicalOf(node.type);
  return physical == Physical::kInt64 || physical == Physical::kUInt64 ||
         physical == Physical::kDouble;
}

class Printer {
 public:
  explicit Printer(std::string* out) : out_(out) {}

  void Print(const ExpressionNode& node, int level) {
    const int own = LevelOf(node.op);
    if (own < level) *out_ += '(';
    PrintBare(node, own);
    if (own < level) *out_ += ')';
  }

 private:
  void PrintBare(const ExpressionNode& node, int own) {
    switch (node.op) {
      case Op::kInput:
        *out_ += PathText(node.text);
        break;
      case Op::kLiteral:
        AppendLiteralText(node.type, node.literal, out_);
        break;
      case Op::kNot:
        *out_ += "not ";
        Print(*node.args[0], own);
        break;
      case Op::kNegate:
        PrintNegated(*node.args[0]);
        break;
      case Op::kIsNull:
      case Op::kIsNotNull:
        Print(*node.args[0], own + 1);
        *out_ += node.op == Op::kIsNull ? " is null" : " is not null";
        break;
      case Op::kIn:
        Print(*node.args[0], own + 1);
        *out_ += " in (";
        PrintList(node, 1);
        break;
      case Op::kCase:
        PrintCase(node);
        break;
      case Op::kCast:
        *out_ += "cast(";
        Print(*node.args[0], kOrLevel);
        *out_ += base::StrCat(" as ", node.type.ToString(), ")");
        break;
      case Op::kCoalesce:
      case Op::kFunction:
        *out_ += node.op == Op::kCoalesce        ? "coalesce("
                 : node.text == "count distinct" ? "count(distinct "
                                                 : node.text + "(";
        PrintList(node, 0);
        break;
      default:
        PrintInfix(node, own);
    }
  }

  void PrintInfix(const ExpressionNode& node, int own) {
    // Comparisons do not chain; the arithmetic operators group to the left.
    const int first = own == kCompareLevel ? own + 1 : own;
    for (size_t i = 0; i < node.args.size(); ++i) {
      if (i != 0) *out_ += InfixOf(node.op);
      Print(*node.args[i], i == 0 ? first : own + 1);
    }
  }

  // A minus in front of a number would make it a negative literal.
  void PrintNegated(const ExpressionNode& arg) {
    *out_ += '-';
    const bool number = arg.op == Op::kLiteral && IsNumberLiteral(arg);
    if (number) *out_ += '(';
    if (arg.op == Op::kNegate) *out_ += ' ';  // "--" begins a comment elsewhere
    Print(arg, kMinusLevel);
    if (number) *out_ += ')';
  }

  void PrintCase(const ExpressionNode& node) {
    *out_ += "case";
    for (size_t i = 0; i + 1 < node.args.size(); i += 2) {
      *out_ += " when ";
      Print(*node.args[i], kOrLevel);
      *out_ += " then ";
      Print(*node.args[i + 1], kOrLevel);
    }
    *out_ += " else ";
    Print(*node.args.back(), kOrLevel);
    *out_ += " end";
  }

  void PrintList(const ExpressionNode& node, size_t begin) {
    for (size_t i = begin; i < node.args.size(); ++i) {
      if (i != begin) *out_ += ", ";
      Print(*node.args[i], kOrLevel);
    }
    *out_ += ')';
  }

  std::string* const out_;
};

}  // namespace

std::string NodeText(const ExpressionNode& node) {
  if (node.is_error) return base::StrCat("<", node.text, ">");
  std::string text;
  Printer(&text).Print(node, kOrLevel);
  return text;
}

std::string ShortText(const ExpressionNode& node) {
  constexpr size_t kBytes = 80;
  // Printing all of a large expression only to cut it would cost more than the message is worth.
  constexpr uint32_t kNodes = 1000;
  if (node.size > kNodes) return base::StrCat("an expression of ", node.size, " parts");
  std::string text = NodeText(node);
  if (text.size() > kBytes) {
    size_t cut = kBytes;
    while (cut > 0 && (static_cast<uint8_t>(text[cut]) & 0xc0) == 0x80) --cut;
    text.resize(cut);
    text += "...";
  }
  return base::EscapeForTerminal(text);
}

std::string PathText(std::string_view path) {
  std::string text;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    if (begin != 0) text += '.';
    if (NeedsQuotes(name)) {
      AppendQuoted(name, '"', &text);
    } else {
      text += name;
    }
    begin = end + 1;
  }
  return text;
}

bool IsKeyword(std::string_view lower_word) {
  static constexpr std::array<std::string_view, 16> kKeywords = {
      "and", "as",   "between", "case", "else", "end",  "false", "in",
      "is",  "like", "not",     "null", "or",   "then", "true",  "when"};
  return std::ranges::binary_search(kKeywords, lower_word);
}

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<uint8_t>(c) >= 0x80;
}

bool IsNameByte(char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }

}  // namespace ashlar::query
