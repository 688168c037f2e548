// Each kind of value has a function that chooses among the operations that make it; when depth runs
// out, a column or a literal ends the branch.
#include "tests/query/expression_generator.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "src/base/strings.h"
#include "src/base/time_text.h"
#include "src/query/bound_expression.h"
#include "src/query/expression_node.h"

namespace ashlar::query {
namespace {

constexpr int64_t kSampleRows = 4096;

// Columns hold times that no text spells; a cast makes those.
Expression TimeLiteral(DataType type, int64_t value) {
  const bool date = type.id() == TypeId::kDate32;
  const int64_t min = date ? base::kMinDate32 : base::kMinTimestampMicros;
  const int64_t max = date ? base::kMaxDate32 : base::kMaxTimestampMicros;
  if (value < min || value > max) return Cast(value, std::move(type));
  LiteralValue literal;
  literal.is_null = false;
  literal.int64 = value;
  return Expression(MakeLiteralNode(std::move(type), std::move(literal), -1));
}

}  // namespace

ExpressionGenerator::ExpressionGenerator(const RecordBatch& batch, base::Random& random,
                                         const GeneratorOptions& options)
    : random_(random), options_(options) {
  for (size_t i = 0; i < batch.columns().size(); ++i) {
    CollectLeaves(batch.schema().field(i).name, batch.column(i), false, "");
  }
}

// Lists of lists count as one list: functions flatten them.
void ExpressionGenerator::CollectLeaves(const std::string& path, const Column& column, bool crossed,
                                        const std::string& list) {
  const DataType& type = column.type();
  if (type.id() == TypeId::kStruct) {
    for (size_t i = 0; i < type.fields().size(); ++i) {
      CollectLeaves(base::StrCat(path, ".", type.fields()[i].name), column.child(i), crossed, list);
    }
    return;
  }
  if (type.id() == TypeId::kList) {
    lists_.push_back(path);
    CollectLeaves(path, column.child(0), true, path);
    return;
  }
  if (type.id() == TypeId::kFixedSizeList) {
    if (!crossed) vectors_.push_back({path, type, column, false, ""});
    return;
  }
  (crossed ? elements_ : leaves_).push_back({path, type, column, crossed, list});
}

bool ExpressionGenerator::IsOf(const DataType& type, Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return type.id() == TypeId::kBool;
    case Kind::kInteger:
      return type.is_signed_integer() || type.is_unsigned_integer();
    case Kind::kReal:
      return type.is_floating();
    case Kind::kText:
      return type.id() == TypeId::kUtf8;
    case Kind::kBytes:
      return type.id() == TypeId::kBinary || type.id() == TypeId::kFixedSizeBinary;
    case Kind::kDate:
      return type.id() == TypeId::kDate32;
    default:
      return type.id() == TypeId::kTimestamp;
  }
}

ExpressionGenerator::Kind ExpressionGenerator::RandomKind() {
  return static_cast<Kind>(random_.Uniform(7));
}

bool ExpressionGenerator::MayFail() {
  return options_.failing_one_in != 0 && random_.OneIn(options_.failing_one_in);
}

Expression ExpressionGenerator::Predicate() { return MakeBool(options_.max_depth); }

Expression ExpressionGenerator::Value() {
  if (!vectors_.empty() && random_.OneIn(12)) {
    const Leaf& leaf = vectors_[random_.Uniform(vectors_.size())];
    return random_.OneIn(3) ? Coalesce({Col(leaf.path), Col(leaf.path)}) : Col(leaf.path);
  }
  return Make(RandomKind(), options_.max_depth);
}

Expression ExpressionGenerator::Make(Kind kind, int depth) {
  if (depth <= 0 || random_.OneIn(6)) return ColumnOr(kind);
  if (random_.OneIn(6)) return MakeShared(kind, depth);
  switch (kind) {
    case Kind::kBool:
      return MakeBool(depth);
    case Kind::kInteger:
      return MakeInteger(depth);
    case Kind::kReal:
      return MakeReal(depth);
    case Kind::kText:
      return MakeText(depth);
    case Kind::kBytes:
      return random_.OneIn(3) ? Cast(Make(Kind::kText, depth - 1), Binary()) : ColumnOr(kind);
    default:
      return MakeTime(kind, depth);
  }
}

Expression ExpressionGenerator::MakeBool(int depth) {
  if (depth <= 0) return ColumnOr(Kind::kBool);
  switch (random_.Uniform(12)) {
    case 0:
    case 1:
    case 2:
      return Comparison(depth);
    case 3:
    case 4: {
      Expression all = MakeBool(depth - 1) && MakeBool(depth - 1);
      return random_.OneIn(3) ? all && MakeBool(depth - 1) : all;
    }
    case 5:
    case 6: {
      Expression any = MakeBool(depth - 1) || MakeBool(depth - 1);
      return random_.OneIn(3) ? any || MakeBool(depth - 1) : any;
    }
    case 7:
      return !MakeBool(depth - 1);
    case 8: {
      Expression value = Make(RandomKind(), depth - 1);
      return random_.OneIn(2) ? IsNull(value) : IsNotNull(value);
    }
    case 9:
      return Membership(depth);
    case 10:
      return TextTest(depth);
    default:
      return Quantified(depth);
  }
}

Expression ExpressionGenerator::Comparison(int depth) {
  static constexpr std::array<Kind, 8> kKinds = {Kind::kInteger, Kind::kReal,   Kind::kText,
                                                 Kind::kBytes,   Kind::kDate,   Kind::kTimestamp,
                                                 Kind::kBool,    Kind::kInteger};
  const Kind kind = kKinds[random_.Uniform(kKinds.size())];
  Kind other = kind;
  if (random_.OneIn(4)) {
    if (kind == Kind::kInteger) other = Kind::kReal;
    if (kind == Kind::kReal) other = Kind::kInteger;
    if (kind == Kind::kText) other = Kind::kBytes;
    if (kind == Kind::kDate) other = Kind::kTimestamp;
    if (kind == Kind::kTimestamp) other = Kind::kDate;
  }
  Expression a = random_.OneIn(2) ? ColumnOr(kind) : Make(kind, depth - 1);
  // Dates compared with timestamps as columns are cast, which may fail.
  const bool times = kind != other && (kind == Kind::kDate || kind == Kind::kTimestamp);
  Expression b = times || random_.OneIn(2) ? Literal(other) : Make(other, depth - 1);
  if (random_.OneIn(4)) std::swap(a, b);
  switch (random_.Uniform(7)) {
    case 0:
      return a == b;
    case 1:
      return a != b;
    case 2:
      return a < b;
    case 3:
      return a <= b;
    case 4:
      return a > b;
    case 5:
      return a >= b;
    default:
      return Between(a, b, Literal(kind));
  }
}

Expression ExpressionGenerator::Membership(int depth) {
  const Kind kind = RandomKind();
  std::vector<Expression> literals;
  for (uint64_t i = random_.Uniform(6); i > 0; --i) {
    const bool number = kind == Kind::kInteger || kind == Kind::kReal;
    const Kind of = number && random_.OneIn(4) ? Kind::kReal : kind;
    literals.push_back(random_.OneIn(10) ? Expression(nullptr) : Literal(of));
  }
  return In(random_.OneIn(2) ? ColumnOr(kind) : Make(kind, depth - 1), std::move(literals));
}

Expression ExpressionGenerator::TextTest(int depth) {
  const Expression text = random_.OneIn(2) ? ColumnOr(Kind::kText) : Make(Kind::kText, depth - 1);
  if (random_.OneIn(2)) return Like(text, RandomPattern());
  static constexpr std::array<std::string_view, 3> kNames = {"starts_with", "ends_with",
                                                             "contains"};
  const Expression part =
      random_.OneIn(3) ? Make(Kind::kText, depth - 1) : Expression(RandomText());
  return Call(kNames[random_.Uniform(kNames.size())], {text, part});
}

template <typename MakeBody>
bool ExpressionGenerator::OverElements(MakeBody make, Expression* out) {
  if (elements_.empty()) return false;
  const std::string list = elements_[random_.Uniform(elements_.size())].list;
  const std::string outer = std::exchange(current_list_, list);
  *out = make();
  current_list_ = outer;
  return true;
}

Expression ExpressionGenerator::Quantified(int depth) {
  Expression result = nullptr;
  const auto body = [&] {
    const Leaf* leaf = nullptr;
    std::vector<const Leaf*> candidates;
    for (const Leaf& element : elements_) {
      if (element.list == current_list_) candidates.push_back(&element);
    }
    leaf = candidates[random_.Uniform(candidates.size())];
    // At least one path through the list, whatever else there is.
    Expression condition = IsNotNull(Col(leaf->path));
    for (const Kind kind : {Kind::kBool, Kind::kInteger, Kind::kReal, Kind::kText, Kind::kBytes,
                            Kind::kDate, Kind::kTimestamp}) {
      if (!IsOf(leaf->type, kind) || random_.OneIn(6)) continue;
      const Expression value = random_.OneIn(3) ? Make(kind, depth - 2) : Literal(kind);
      condition = random_.OneIn(2) ? Col(leaf->path) < value : Col(leaf->path) == value;
    }
    return random_.OneIn(3) ? condition || MakeBool(depth - 2) : condition;
  };
  if (!OverElements(body, &result)) return Comparison(depth);
  return random_.OneIn(2) ? Any(result) : All(result);
}

Expression ExpressionGenerator::MakeInteger(int depth) {
  switch (random_.Uniform(7)) {
    case 0:
      return Call("length", {Make(random_.OneIn(3) ? Kind::kBytes : Kind::kText, depth - 1)});
    case 1:
      return DatePart(depth);
    case 2:
      if (!lists_.empty()) return Len(Col(lists_[random_.Uniform(lists_.size())]));
      return ColumnOr(Kind::kInteger);
    case 3:
    case 4:
      return MayFail() ? Arithmetic(Kind::kInteger, depth) : ColumnOr(Kind::kInteger);
    case 5:
      return MayFail() ? CheckedCast(Kind::kInteger, depth)
                       : Cast(Make(Kind::kBool, depth - 1), Int16());
    default:
      return Call("round", {ColumnOr(Kind::kInteger)});
  }
}

Expression ExpressionGenerator::MakeReal(int depth) {
  static constexpr std::array<std::string_view, 4> kNames = {"abs", "round", "floor", "ceil"};
  switch (random_.Uniform(6)) {
    case 0:
      return Call(kNames[random_.Uniform(kNames.size())], {Make(Kind::kReal, depth - 1)});
    case 1:
      return Cast(Make(Kind::kInteger, depth - 1), random_.OneIn(2) ? Float64() : Float32());
    case 2:
      if (!vectors_.empty()) {
        const Leaf& leaf = vectors_[random_.Uniform(vectors_.size())];
        std::vector<float> to;
        for (int32_t i = 0; i < leaf.type.width(); ++i) {
          to.push_back(static_cast<float>(random_.Uniform(5)) - 2);
        }
        return Distance(Col(leaf.path), to, static_cast<Metric>(random_.Uniform(3)));
      }
      return ColumnOr(Kind::kReal);
    case 3:
      return MayFail() ? CheckedCast(Kind::kReal, depth) : -Make(Kind::kReal, depth - 1);
    default:
      return Arithmetic(Kind::kReal, depth);
  }
}

Expression ExpressionGenerator::Arithmetic(Kind kind, int depth) {
  const Expression a = Make(kind, depth - 1);
  const bool mix = kind == Kind::kReal && random_.OneIn(4);
  const Expression b = mix ? ColumnOr(Kind::kInteger) : Make(kind, depth - 1);
  switch (random_.Uniform(MayFail() || kind == Kind::kInteger ? 7 : 4)) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return kind == Kind::kReal ? a / 4.0 : a / 7;
    case 4:
      return a / b;
    case 5:
      return a % b;
    default:
      return kind == Kind::kReal ? Call("sqrt", {a}) : -a;
  }
}

Expression ExpressionGenerator::CheckedCast(Kind kind, int depth) {
  static const std::vector<DataType> kIntegers = {Int8(),  Int16(),  Int32(),  Int64(),
                                                  UInt8(), UInt16(), UInt32(), UInt64()};
  if (kind == Kind::kReal) {
    return random_.OneIn(2) ? Cast(Make(Kind::kReal, depth - 1), Float32())
                            : Cast(Make(Kind::kText, depth - 1), Float64());
  }
  const DataType to = kIntegers[random_.Uniform(kIntegers.size())];
  static constexpr std::array<Kind, 5> kFrom = {Kind::kInteger, Kind::kReal, Kind::kText,
                                                Kind::kDate, Kind::kTimestamp};
  return Cast(Make(kFrom[random_.Uniform(kFrom.size())], depth - 1), to);
}

Expression ExpressionGenerator::DatePart(int depth) {
  static constexpr std::array<std::string_view, 9> kParts = {
      "hour", "minute", "second", "year", "month", "day", "day_of_week", "day_of_year", "quarter"};
  const uint64_t part = random_.Uniform(kParts.size());
  const Kind kind = part < 3 || random_.OneIn(2) ? Kind::kTimestamp : Kind::kDate;
  return Call(kParts[part], {Make(kind, depth - 1)});
}

Expression ExpressionGenerator::MakeText(int depth) {
  static constexpr std::array<std::string_view, 3> kNames = {"lower", "upper", "trim"};
  switch (random_.Uniform(5)) {
    case 0:
      return Call(kNames[random_.Uniform(kNames.size())], {Make(Kind::kText, depth - 1)});
    case 1:
      return Call("concat", {Make(Kind::kText, depth - 1), Make(Kind::kText, depth - 1)});
    case 2: {
      const Expression first = static_cast<int>(random_.Uniform(6)) - 1;
      if (random_.OneIn(3)) return Call("substr", {Make(Kind::kText, depth - 1), first});
      return Call("substr",
                  {Make(Kind::kText, depth - 1), first, Call("length", {ColumnOr(Kind::kText)})});
    }
    case 3: {
      static constexpr std::array<Kind, 5> kFrom = {Kind::kBool, Kind::kInteger, Kind::kReal,
                                                    Kind::kDate, Kind::kTimestamp};
      return Cast(Make(kFrom[random_.Uniform(kFrom.size())], depth - 1), Utf8());
    }
    default:
      return MayFail() ? Cast(Make(Kind::kBytes, depth - 1), Utf8()) : ColumnOr(Kind::kText);
  }
}

Expression ExpressionGenerator::MakeTime(Kind kind, int depth) {
  if (kind == Kind::kDate && random_.OneIn(2)) {
    return Call("date", {Make(Kind::kTimestamp, depth - 1)});
  }
  if (MayFail()) {
    if (random_.OneIn(2)) return Make(kind, depth - 1) + Make(Kind::kInteger, depth - 1);
    return kind == Kind::kTimestamp ? Cast(Make(Kind::kDate, depth - 1), Timestamp())
                                    : Make(kind, depth - 1) - 30;
  }
  return ColumnOr(kind);
}

Expression ExpressionGenerator::MakeShared(Kind kind, int depth) {
  // Signed and unsigned integers together need a checked cast, which fails for large ones.
  const bool alone = kind == Kind::kInteger && options_.failing_one_in == 0;
  const auto same = [&] { return alone ? Expression(nullptr) : Make(kind, depth - 1); };
  switch (random_.Uniform(3)) {
    case 0: {
      std::vector<CaseBranch> branches = {{MakeBool(depth - 1), Make(kind, depth - 1)}};
      if (random_.OneIn(3)) branches.push_back({MakeBool(depth - 1), same()});
      return Case(std::move(branches), random_.OneIn(4) ? Expression(nullptr) : same());
    }
    case 1:
      return Coalesce({Make(kind, depth - 1), same()});
    default:
      break;
  }
  std::vector<const Leaf*> candidates;
  for (const Leaf& element : elements_) {
    if (IsOf(element.type, kind)) candidates.push_back(&element);
  }
  if (candidates.empty()) return ColumnOr(kind);
  const Leaf& leaf = *candidates[random_.Uniform(candidates.size())];
  if (kind == Kind::kReal && random_.OneIn(2)) {
    return Call(random_.OneIn(2) ? "sum" : "avg", {Col(leaf.path)});
  }
  return Call(random_.OneIn(2) ? "min" : "max", {Col(leaf.path)});
}

Expression ExpressionGenerator::ColumnOr(Kind kind) {
  std::vector<const Leaf*> candidates;
  for (const Leaf& leaf : leaves_) {
    if (IsOf(leaf.type, kind)) candidates.push_back(&leaf);
  }
  for (const Leaf& leaf : elements_) {
    if (leaf.list == current_list_ && IsOf(leaf.type, kind)) candidates.push_back(&leaf);
  }
  if (candidates.empty() || random_.OneIn(8)) return Literal(kind);
  return Col(candidates[random_.Uniform(candidates.size())]->path);
}

bool ExpressionGenerator::LiteralFromData(Kind kind, Expression* out) {
  std::vector<const Leaf*> candidates;
  for (const std::vector<Leaf>* leaves : {&leaves_, &elements_}) {
    for (const Leaf& leaf : *leaves) {
      if (IsOf(leaf.type, kind) && leaf.values.length() > 0) candidates.push_back(&leaf);
    }
  }
  if (candidates.empty()) return false;
  const Column& values = candidates[random_.Uniform(candidates.size())]->values;
  const auto rows = static_cast<uint64_t>(std::min(values.length(), kSampleRows));
  const auto row = static_cast<int64_t>(random_.Uniform(rows));
  if (values.IsNull(row)) return false;
  switch (PhysicalOf(values.type())) {
    case Physical::kBool:
      *out = values.GetBool(row);
      break;
    case Physical::kInt64:
      if (kind == Kind::kInteger) {
        *out = values.GetInt64(row);
      } else {
        *out = TimeLiteral(values.type(), values.GetInt64(row));
      }
      break;
    case Physical::kUInt64:
      *out = values.GetUInt64(row);
      break;
    case Physical::kDouble:
      *out = values.GetDouble(row);
      break;
    default:
      *out = std::string(values.GetBytes(row));
      if (kind == Kind::kBytes) *out = Cast(*out, Binary());
  }
  return true;
}

Expression ExpressionGenerator::Literal(Kind kind) {
  static constexpr std::array<int64_t, 9> kIntegers = {0,   1,   -1,        2,        7,
                                                       100, 255, INT64_MAX, INT64_MIN};
  static constexpr std::array<double, 9> kReals = {0.0,
                                                   -0.0,
                                                   1.5,
                                                   -1,
                                                   2.5,
                                                   1e18,
                                                   1e300,
                                                   std::numeric_limits<double>::infinity(),
                                                   std::numeric_limits<double>::quiet_NaN()};
  Expression drawn = nullptr;
  if (!random_.OneIn(3) && LiteralFromData(kind, &drawn)) return drawn;
  if (random_.OneIn(20)) {
    static const std::vector<DataType> kTypes = {Bool(),   Int64(),  Float64(),  Utf8(),
                                                 Binary(), Date32(), Timestamp()};
    return Cast(nullptr, kTypes[static_cast<size_t>(kind)]);
  }
  switch (kind) {
    case Kind::kBool:
      return random_.OneIn(2);
    case Kind::kInteger:
      return kIntegers[random_.Uniform(kIntegers.size())];
    case Kind::kReal:
      return kReals[random_.Uniform(kReals.size())];
    case Kind::kText:
      return RandomText();
    case Kind::kBytes:
      return Cast(RandomText(), Binary());
    case Kind::kDate:
      return TimeLiteral(Date32(), static_cast<int64_t>(random_.Uniform(40'000)) - 20'000);
    default:
      return TimeLiteral(Timestamp(),
                         (static_cast<int64_t>(random_.Uniform(40'000)) - 20'000) * 43'200'000'000);
  }
}

std::string ExpressionGenerator::RandomText() {
  static constexpr std::array<std::string_view, 9> kPieces = {
      "a", "B", "7", " ", ",", "'", "\u00e9", "\u20ac", "\U0001f9f1"};
  std::string text;
  for (uint64_t i = random_.Uniform(4); i > 0; --i) text += kPieces[random_.Uniform(9)];
  return text;
}

std::string ExpressionGenerator::RandomPattern() {
  static constexpr std::array<std::string_view, 6> kPieces = {"%", "%", "_", "\\%", "a", "B"};
  std::string pattern;
  for (uint64_t i = random_.Uniform(5); i > 0; --i) {
    pattern += random_.OneIn(3) ? RandomText() : std::string(kPieces[random_.Uniform(6)]);
  }
  return pattern;
}

}  // namespace ashlar::query
