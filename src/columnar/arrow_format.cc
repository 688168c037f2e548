// Reading format strings: a table of the simple ones, then those with a parameter. Strings that the
// specification knows and Ashlar does not are told from nonsense, for the advice differs.
#include "src/columnar/arrow_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/type_rules.h"

namespace ashlar::columnar {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerMilli = 1000;
constexpr int64_t kNanosPerMicro = 1000;
constexpr int64_t kMillisPerDay = 86'400'000;

struct SimpleFormat {
  std::string_view text;
  TypeId type;
  ArrowLayout layout = ArrowLayout::kFixed;
  bool large_offsets = false;
};

constexpr std::array<SimpleFormat, 19> kSimple = {
    {{"b", TypeId::kBool},
     {"c", TypeId::kInt8},
     {"s", TypeId::kInt16},
     {"i", TypeId::kInt32},
     {"l", TypeId::kInt64},
     {"C", TypeId::kUInt8},
     {"S", TypeId::kUInt16},
     {"I", TypeId::kUInt32},
     {"L", TypeId::kUInt64},
     {"f", TypeId::kFloat32},
     {"g", TypeId::kFloat64},
     {"tdD", TypeId::kDate32},
     {"u", TypeId::kUtf8, ArrowLayout::kVariable},
     {"z", TypeId::kBinary, ArrowLayout::kVariable},
     {"U", TypeId::kUtf8, ArrowLayout::kVariable, true},
     {"Z", TypeId::kBinary, ArrowLayout::kVariable, true},
     {"+l", TypeId::kList, ArrowLayout::kList},
     {"+L", TypeId::kList, ArrowLayout::kList, true},
     {"+s", TypeId::kStruct, ArrowLayout::kStruct}}};

// Types of the specification that Ashlar has not, by how their strings begin.
constexpr std::array<std::string_view, 13> kForeign = {
    {"n", "e", "d:", "tt", "tD", "ti", "vu", "vz", "+vl", "+vL", "+m", "+u", "+r"}};

bool IsForeign(std::string_view format) {
  return std::ranges::any_of(kForeign, [format](std::string_view prefix) {
    return prefix.size() == 1 ? format == prefix : format.starts_with(prefix);
  });
}

absl::Status UnknownFormat(std::string_view format, const ArrowNode& node) {
  const std::string quoted = base::QuoteForMessage(format);
  if (!IsForeign(format)) return BadArrow(node, base::StrCat("no Arrow format is ", quoted));
  return absl::UnimplementedError(base::StrCat("field ", base::QuoteForMessage(node.path),
                                               ": Ashlar has no type for the Arrow format ",
                                               quoted));
}

bool ReadSimple(std::string_view format, ArrowNode* node) {
  const auto* found = std::ranges::find(kSimple, format, &SimpleFormat::text);
  if (found == kSimple.end()) return false;
  node->layout = found->layout;
  node->large_offsets = found->large_offsets;
  const bool has_children =
      node->layout == ArrowLayout::kList || node->layout == ArrowLayout::kStruct;
  if (!has_children) node->type = MakeDataType(found->type, 0, {});
  return true;
}

// "w:16" and "+w:3" after the colon.
std::optional<int32_t> ReadWidth(std::string_view text, int32_t max) {
  int32_t width = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (width < 1 || width > max) return std::nullopt;
  return width;
}

absl::Status ReadWithWidth(std::string_view format, ArrowNode* node) {
  const bool is_vector = format.front() == '+';
  const std::string_view digits = format.substr(format.find(':') + 1);
  const int32_t max = is_vector ? kMaxValueBytes / 4 : kMaxValueBytes;
  const std::optional<int32_t> width = ReadWidth(digits, max);
  if (!width.has_value()) {
    return BadArrow(*node, base::StrCat("the Arrow format ", base::QuoteForMessage(format),
                                        " needs a width of 1 to ", max));
  }
  node->layout = is_vector ? ArrowLayout::kVector : ArrowLayout::kFixed;
  node->type = is_vector ? Vector(*width) : FixedSizeBinary(*width);
  return absl::OkStatus();
}

// "tss:", "tsm:", "tsu:" and "tsn:" with any zone behind.
absl::Status ReadTimestamp(std::string_view format, ArrowNode* node) {
  const char unit = format.size() < 4 || format[3] != ':' ? '\0' : format[2];
  node->type = Timestamp();
  node->layout = unit == 'u' ? ArrowLayout::kFixed : ArrowLayout::kTime;
  switch (unit) {
    case 's':
      node->multiplier = kMicrosPerSecond;
      return absl::OkStatus();
    case 'm':
      node->multiplier = kMicrosPerMilli;
      return absl::OkStatus();
    case 'u':
      return absl::OkStatus();
    case 'n':
      node->divisor = kNanosPerMicro;
      return absl::OkStatus();
    default:
      return UnknownFormat(format, *node);
  }
}

}  // namespace

absl::Status ReadFormat(std::string_view format, ArrowNode* node) {
  if (ReadSimple(format, node)) return absl::OkStatus();
  if (format.starts_with("w:") || format.starts_with("+w:")) return ReadWithWidth(format, node);
  if (format.starts_with("ts")) return ReadTimestamp(format, node);
  if (format != "tdm") return UnknownFormat(format, *node);
  node->type = Date32();
  node->layout = ArrowLayout::kTime;
  node->divisor = kMillisPerDay;
  return absl::OkStatus();
}

absl::Status ReadCodeFormat(std::string_view format, ArrowNode* node) {
  constexpr std::string_view kCodes = "cCsSiIlL";  // two of each width: signed, unsigned
  const size_t at = format.size() == 1 ? kCodes.find(format.front()) : std::string_view::npos;
  if (at == std::string_view::npos) {
    return BadArrow(*node, base::StrCat("a dictionary needs integer codes, not the Arrow format ",
                                        base::QuoteForMessage(format)));
  }
  node->code_width = static_cast<uint8_t>(1U << (at / 2));
  node->signed_codes = at % 2 == 0;
  return absl::OkStatus();
}

}  // namespace ashlar::columnar
