// Producers that break the specification, or stay within it where Ashlar cannot follow: errors that
// name the field, nothing read out of bounds, and everything released.
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/arrow.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/columnar/arrow_producer.h"

namespace ashlar::columnar {
namespace {

using testing::HasSubstr;

class ArrowHostileTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(LiveStructs(), 0); }
};

Foreign Numbers() {
  return {.format = "i", .length = 2, .buffers = {std::nullopt, Bytes<int32_t>({1, 2})}};
}

Foreign Nested(Foreign node, int depth) {
  for (int i = 0; i < depth; ++i) {
    node = {.format = "+l",
            .length = 1,
            .buffers = {std::nullopt, Bytes<int32_t>({0, 1})},
            .children = {std::move(node)}};
  }
  return node;
}

absl::Status ImportStatus(const Foreign& column) { return ImportOne(column).status(); }

TEST_F(ArrowHostileTest, TypesThatAshlarHasNotAreUnimplemented) {
  for (const std::string format : {"n", "e", "d:19,10", "d:19,10,256", "tts", "ttn", "tDs", "tiM",
                                   "vu", "vz", "+vl", "+m", "+ud:0,1", "+us:0", "+r"}) {
    const absl::Status status = ImportStatus({.format = format, .name = "odd"});
    EXPECT_TRUE(absl::IsUnimplemented(status)) << status;
    EXPECT_THAT(status.ToString(), HasSubstr("\"odd\""));
    EXPECT_THAT(status.ToString(), HasSubstr("\"" + format + "\""));
  }
  Foreign doubles{.format = "+w:2", .children = {{.format = "g"}}};
  EXPECT_TRUE(absl::IsUnimplemented(ImportStatus(doubles)));
  Foreign nested_values{.format = "i",
                        .dictionary = {{.format = "+s", .children = {{.format = "i"}}}}};
  EXPECT_TRUE(absl::IsUnimplemented(ImportStatus(nested_values)));
  Foreign twice{.format = "i", .dictionary = {{.format = "i", .dictionary = {Numbers()}}}};
  EXPECT_TRUE(absl::IsUnimplemented(ImportStatus(twice)));
}

TEST_F(ArrowHostileTest, FormatsThatAreNoneAreInvalid) {
  for (const std::string format :
       {"", "x", "ll", "w", "w:", "w:0", "w:-1", "w:1x", "w:99999999999", "w:2000000",
        "+w:", "+w:0", "+w:1000000", "ts", "tsx:", "tsu", "td", "+", "\xff"}) {
    const absl::Status status = ImportStatus({.format = format, .name = "odd"});
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << format << ": " << status;
    EXPECT_THAT(status.ToString(), HasSubstr("\"odd\""));
  }
}

TEST_F(ArrowHostileTest, SchemasOfTheWrongShapeAreInvalid) {
  const Foreign wrong[] = {
      {.format = "i", .children = {Numbers()}},
      {.format = "+l"},
      {.format = "+l", .children = {Numbers(), Numbers()}},
      {.format = "+s"},
      {.format = "g", .dictionary = {Numbers()}},
      {.format = "i", .children = {Numbers()}, .dictionary = {Numbers()}},
      {.format = "i", .name = ""},
      {.format = "i", .name = "line\nbreak"},
      {.format = "+s", .children = {Numbers(), Numbers()}},  // of the same name
      Nested(Numbers(), 64)};
  for (const Foreign& foreign : wrong) {
    const absl::Status status = ImportStatus(foreign);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << foreign.format << ": " << status;
  }
  EXPECT_THAT(ImportStatus(Nested(Numbers(), 64)).ToString(), HasSubstr("64 deep"));
  EXPECT_TRUE(
      ImportOne(Nested({.format = "i", .length = 1, .buffers = {"\x1", Bytes<int32_t>({1})}}, 63))
          .ok());
}

// A struct that is its own member: deep and wide without end.
TEST_F(ArrowHostileTest, RingsOfSchemasComeToAnEnd) {
  static ArrowSchema ring = {};
  static ArrowSchema* members[] = {&ring, &ring};
  const auto get_schema = [](ArrowArrayStream*, ArrowSchema* out) {
    *out = ring;
    return 0;
  };
  ring = {"+s",   "a",     nullptr, 0,
          2,      members, nullptr, [](ArrowSchema* s) { s->release = nullptr; },
          nullptr};
  ArrowArrayStream stream = ProduceStream({});
  stream.get_schema = get_schema;
  EXPECT_TRUE(absl::IsInvalidArgument(ImportArrowStream(&stream).status()));
  ring.format = "i";
  ring.dictionary = &ring;
  members[0]->n_children = 0;
  static ArrowSchema root = {};
  root = ring;
  root.format = "+s";
  root.dictionary = nullptr;
  root.n_children = 1;
  root.children = members;
  stream = ProduceStream({});
  stream.get_schema = [](ArrowArrayStream*, ArrowSchema* out) {
    *out = root;
    return 0;
  };
  EXPECT_TRUE(absl::IsUnimplemented(ImportArrowStream(&stream).status()));
}

struct Fault {
  std::string message;
  std::function<void(Foreign*)> make;
};

TEST_F(ArrowHostileTest, ArraysThatDoNotFitTheirSchemaAreInvalid) {
  const Foreign good{.format = "u",
                     .length = 3,
                     .buffers = {"\x7", Bytes<int32_t>({0, 1, 2, 3}), "abc"},
                     .name = "x"};
  ASSERT_TRUE(ImportOne(good).ok());
  const Fault faults[] = {
      {"length -1", [](Foreign* f) { f->length = -1; }},
      {"offset -1", [](Foreign* f) { f->offset = -1; }},
      {"offset 4611686018427387904", [](Foreign* f) { f->offset = int64_t{1} << 62; }},
      {"null count 1 where 0", [](Foreign* f) { f->null_count = 1; }},
      {"null count -2 where 0", [](Foreign* f) { f->null_count = -2; }},
      {"null count 0 where 1", [](Foreign* f) { f->buffers[0] = "\x3", f->null_count = 0; }},
      {"null count 3 where 0", [](Foreign* f) { f->buffers[0].reset(), f->null_count = 3; }},
      {"2 buffers", [](Foreign* f) { f->buffers.pop_back(); }},
      {"buffer 1 is null", [](Foreign* f) { f->buffers[1].reset(); }},
      {"buffer 2 is null", [](Foreign* f) { f->buffers[2].reset(); }},
      {"do not ascend",
       [](Foreign* f) {
         f->buffers[1] = Bytes<int32_t>({0, 3, 2, 3});
       }},
      {"do not ascend",
       [](Foreign* f) {
         f->buffers[1] = Bytes<int32_t>({-1, 1, 2, 3});
       }},
      {"a last offset of -3",
       [](Foreign* f) {
         f->buffers[1] = Bytes<int32_t>({0, 1, 2, -3});
       }},
      {"not valid UTF-8", [](Foreign* f) { f->buffers[2] = "a\xff\x63"; }},
      {"within a character", [](Foreign* f) { f->buffers[2] = "a\u00e9"; }}};
  for (const Fault& fault : faults) {
    Foreign bad = good;
    fault.make(&bad);
    Foreign second = BatchOf({bad});
    second.length = good.length;
    ArrowArrayStream stream = ProduceStream({BatchOf({good}), second});
    auto reader = ImportArrowStream(&stream);
    ASSERT_TRUE(reader.ok());
    RecordBatch batch;
    ASSERT_TRUE((*reader)->Next(&batch).ok());
    const absl::Status status = (*reader)->Next(&batch).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(status.ToString(), HasSubstr(fault.message));
    EXPECT_THAT(status.ToString(), HasSubstr("\"x\""));
    EXPECT_EQ((*reader)->Next(&batch).status(), status);  // it stays
  }
}

TEST_F(ArrowHostileTest, NestedAndDictionaryArraysAreCheckedThroughout) {
  Foreign list = Nested(Numbers(), 1);
  list.buffers[1] = Bytes<int32_t>({0, 3});
  EXPECT_THAT(ImportStatus(list).ToString(), HasSubstr("an offset of 3 beyond 2"));
  Foreign both{.format = "+s", .length = 3, .buffers = {std::nullopt}, .children = {Numbers()}};
  EXPECT_THAT(ImportStatus(both).ToString(), HasSubstr("a child of 2 rows instead of 3"));
  for (const int32_t code : {2, -1, INT32_MIN}) {
    Foreign codes = Numbers();
    codes.dictionary = {Numbers()};
    codes.buffers[1] = Bytes<int32_t>({0, code});
    EXPECT_THAT(ImportStatus(codes).ToString(), HasSubstr("row 1: a code beyond the dictionary"));
  }
  Foreign required = Numbers();
  required.flags = 0;
  required.buffers[0] = "\x1";
  EXPECT_THAT(ImportStatus(required).ToString(), HasSubstr("required field \"x\" holds a null"));
}

TEST_F(ArrowHostileTest, BatchesOfTheWrongShapeAreInvalid) {
  const Foreign good = BatchOf({Numbers()});
  const std::function<void(Foreign*)> faults[] = {
      [](Foreign* f) { f->children.push_back(Numbers()); },
      [](Foreign* f) { f->children.clear(); },
      [](Foreign* f) { f->buffers.push_back("\x1"); },
      [](Foreign* f) { f->length = 3; },
      [](Foreign* f) { f->offset = 1; },
      [](Foreign* f) { f->length = -1; },
      [](Foreign* f) { f->offset = int64_t{1} << 62; },
      [](Foreign* f) { f->buffers[0] = "\x1"; },
      [](Foreign* f) { f->null_count = 1; },
      [](Foreign* f) { f->children[0].dictionary = {Numbers()}; }};
  for (const auto& fault : faults) {
    Foreign bad = good;
    fault(&bad);
    ArrowArrayStream stream = ProduceStream({good, bad});
    auto reader = ImportArrowStream(&stream);
    ASSERT_TRUE(reader.ok());
    RecordBatch batch;
    ASSERT_TRUE((*reader)->Next(&batch).ok());
    EXPECT_TRUE(absl::IsInvalidArgument((*reader)->Next(&batch).status()));
  }
}

TEST_F(ArrowHostileTest, StreamsThatAreNone) {
  EXPECT_TRUE(absl::IsInvalidArgument(ImportArrowStream(nullptr).status()));
  ArrowArrayStream released = {};
  EXPECT_TRUE(absl::IsInvalidArgument(ImportArrowStream(&released).status()));
  ArrowArrayStream without = ProduceStream({BatchOf({Numbers()})});
  without.get_next = nullptr;
  EXPECT_TRUE(absl::IsInvalidArgument(ImportArrowStream(&without).status()));
  ArrowArrayStream no_struct = ProduceStream({Numbers()});
  EXPECT_TRUE(absl::IsInvalidArgument(ImportArrowStream(&no_struct).status()));
}

TEST_F(ArrowHostileTest, ErrorsOfTheProducerKeepTheirKindAndText) {
  ArrowArrayStream stream = ProduceStream({BatchOf({Numbers()})}, {.schema_error = EINVAL});
  absl::Status status = ImportArrowStream(&stream).status();
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(status.ToString(), HasSubstr("the disk is on fire"));
  for (const auto& [value, code] : std::vector<std::pair<int, absl::StatusCode>>{
           {EIO, absl::StatusCode::kDataLoss},
           {ENOMEM, absl::StatusCode::kResourceExhausted},
           {ECANCELED, absl::StatusCode::kCancelled},
           {ETIMEDOUT, absl::StatusCode::kDeadlineExceeded},
           {-7, absl::StatusCode::kUnknown}}) {
    stream = ProduceStream({BatchOf({Numbers()})}, {.next_error = value, .error_text = "a\x1b[2J"});
    auto reader = ImportArrowStream(&stream);
    ASSERT_TRUE(reader.ok());
    RecordBatch batch;
    ASSERT_TRUE(*(*reader)->Next(&batch));
    for (int i = 0; i < 2; ++i) {
      status = (*reader)->Next(&batch).status();
      EXPECT_EQ(status.code(), code);
      EXPECT_THAT(status.ToString(), HasSubstr("a\\x1b[2J"));
    }
  }
}

// Whatever bits are flipped in lengths, offsets and bytes that can be believed to be there, an
// import ends in a valid column or an error.
TEST_F(ArrowHostileTest, FlippedBitsInBuffersNeverLeadOutOfThem) {
  const Foreign texts{
      .format = "u", .length = 4, .buffers = {"\xf", Bytes<int32_t>({0, 1, 2, 3, 4}), "abcd"}};
  const Foreign large{
      .format = "U", .length = 4, .buffers = {"\xf", Bytes<int64_t>({0, 1, 2, 3, 4}), "abcd"}};
  Foreign codes{.format = "i",
                .length = 4,
                .buffers = {"\xf", Bytes<int32_t>({3, 0, 1, 2})},
                .dictionary = {texts}};
  Foreign list{.format = "+l",
               .length = 2,
               .buffers = {"\x3", Bytes<int32_t>({0, 3, 4})},
               .children = {codes}};
  base::Random random(11);
  int refused = 0;
  int taken = 0;
  for (int i = 0; i < 4000; ++i) {
    Foreign node = std::vector<Foreign>{codes, list}[random.Uniform(2)];
    if (random.OneIn(2)) {
      (node.format == "+l" ? node.children[0].dictionary : node.dictionary)[0] = large;
    }
    Foreign* at = &node;
    while (random.OneIn(2)) {
      if (!at->children.empty()) at = &at->children[0];
      if (!at->dictionary.empty()) at = &at->dictionary[0];
    }
    // A last offset is the size of the next buffer: believed, so never raised here.
    const size_t index = random.Uniform(at->buffers.size());
    std::string& bytes = *at->buffers[index];
    const size_t width = at->format == "U" ? 8 : 4;
    const bool is_offsets = index == 1 && at->format != "i";
    const size_t limit = is_offsets ? bytes.size() - width : bytes.size();
    bytes[random.Uniform(limit)] ^= static_cast<char>(1U << random.Uniform(8));
    const absl::StatusOr<Column> column = ImportOne(node);
    (column.ok() ? taken : refused) += 1;
    if (column.ok()) {
      EXPECT_TRUE(column->Validate().ok()) << column->Validate();
    }
  }
  EXPECT_GT(refused, 500);
  EXPECT_GT(taken, 500);
}

}  // namespace
}  // namespace ashlar::columnar
