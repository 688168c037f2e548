// Keys in whole segments: found when they are there, absent when not, with and without an index;
// input that cannot be right is refused.
#include "src/segment/key_lookup.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "src/segment/segment_verifier.h"
#include "tests/segment/key_testing.h"

namespace ashlar::segment {
namespace {

class KeyLookupOfShape : public ::testing::TestWithParam<std::tuple<KeyShape, bool>> {};

TEST_P(KeyLookupOfShape, FindsWhatIsThereAndNothingElse) {
  const auto [shape, hash_index] = GetParam();
  base::Random random(11);
  for (const size_t rows : {1, 5, 17, 300, 5000}) {
    const KeySet set = MakeKeys(shape, rows, random);
    const auto files = MakeFiles();
    const absl::StatusOr<KeyLookup> lookup = KeyLookup::Open(OpenKeyed(*files, set, hash_index));
    ASSERT_TRUE(lookup.ok()) << lookup.status();
    EXPECT_EQ(lookup->views().index.has_value(), hash_index);
    EXPECT_EQ(lookup->rows(), set.keys.size());
    for (uint32_t row = 0; row < set.keys.size(); ++row) {
      const std::string& key = set.keys[row];
      EXPECT_EQ(lookup->Find(ProbeOf(key), set.ComparerWith(key)), row);
    }
    for (int i = 0; i < 2000; ++i) {
      const std::string key = RandomKey(shape, rows, random);
      const auto bound = std::ranges::lower_bound(set.keys, key);
      const auto at = static_cast<uint32_t>(bound - set.keys.begin());
      const bool is_there = bound != set.keys.end() && *bound == key;
      EXPECT_EQ(lookup->Find(ProbeOf(key), set.ComparerWith(key)),
                is_there ? std::optional(at) : std::nullopt);
      EXPECT_EQ(lookup->LowerBound(ProbeOf(key).prefix, set.ComparerWith(key)), at);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, KeyLookupOfShape,
                         ::testing::Combine(::testing::ValuesIn(kAllShapes), ::testing::Bool()));

TEST(KeySectionsOfWriter, AreCountedApart) {
  base::Random random(1);
  const KeySet set = MakeKeys(KeyShape::kRandom, 65'536, random);
  const auto files = MakeFiles();
  const auto plain = WriteKeyed(*files, set, false, 1);
  const auto indexed = WriteKeyed(*files, set, true, 2);
  ASSERT_TRUE(plain.ok() && indexed.ok());
  EXPECT_EQ(plain->key_index_bytes, KeyFilterBytes(65'536) + KeyFencesBytes(65'536));
  EXPECT_EQ(indexed->key_index_bytes, plain->key_index_bytes + KeyHashIndexBytes(65'536));
  EXPECT_EQ(indexed->digest, plain->digest);
  EXPECT_EQ(
      plain->batch_bytes + plain->dictionary_bytes + plain->metadata_bytes + plain->key_index_bytes,
      plain->file.bytes);
  EXPECT_EQ(plain->file, WriteKeyed(*MakeFiles(), set, false, 1)->file);
}

TEST(KeySectionsOfWriter, WrongInputIsRefused) {
  const auto files = MakeFiles();
  const KeySet set = SortedKeys({"a", "b", "c"});
  const auto add = [&](const KeySections& keys, uint64_t rows) {
    (void)files->Unlink("segments/000000000001.seg");
    const auto writer = SegmentWriter::Create(*files, KeyedSchema(), rows, {.segment_id = 1});
    EXPECT_TRUE(writer.ok());
    EXPECT_EQ((*writer)->AddKeys(keys).code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_TRUE((*writer)->AddReference({}, {.file_id = 9, .ordinal = 0}).ok());
    EXPECT_TRUE((*writer)->AddReference({}, {.file_id = 9, .ordinal = 1}).ok());
    const absl::Status status = (*writer)->AddKeys(keys);
    EXPECT_EQ((*writer)->AddKeys(keys).code(),
              status.ok() ? absl::StatusCode::kFailedPrecondition : status.code());
    EXPECT_TRUE((*writer)->Finish().ok());
    EXPECT_FALSE((*writer)->AddKeys(keys).ok());
    return status.code();
  };
  const auto with = [&set](auto change) {
    KeySections keys = set.sections(true);
    change(&keys);
    return keys;
  };
  EXPECT_EQ(add(set.sections(true), 3), absl::StatusCode::kOk);
  EXPECT_EQ(add(with([](auto* keys) { keys->key_chunks = {1, 0}; }), 3), absl::StatusCode::kOk);
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(add(set.sections(true), 4), kInvalid);
  EXPECT_EQ(add(with([](auto* keys) { keys->hashes = keys->hashes.first(2); }), 3), kInvalid);
  EXPECT_EQ(add(with([](auto* keys) { keys->prefixes = keys->prefixes.first(2); }), 3), kInvalid);
  EXPECT_EQ(add(with([](auto* keys) { keys->key_chunks = {}; }), 3), kInvalid);
  EXPECT_EQ(add(with([](auto* keys) { keys->key_chunks = {2}; }), 3), kInvalid);
  EXPECT_EQ(add(with([](auto* keys) { keys->key_chunks = {1, 1}; }), 3), kInvalid);
  const std::vector<uint64_t> unsorted = {1, 3, 2};
  EXPECT_EQ(add(with([&](auto* keys) { keys->prefixes = unsorted; }), 3), kInvalid);
  EXPECT_EQ(add({.hashes = {}, .prefixes = {}, .key_chunks = {0}}, 0), kInvalid);
}

TEST(KeyTable, StampsDependOnTheKeyAndItsOrder) {
  ChunkTable table;
  table.entries.resize(3);
  for (size_t i = 0; i < 3; ++i) table.entries[i].digest.bytes[0] = static_cast<std::byte>(i + 1);
  const auto stamp = [&table](std::vector<uint32_t> chunks) { return KeyStamp(table, chunks); };
  EXPECT_EQ(stamp({0, 1}), stamp({0, 1}));
  EXPECT_NE(stamp({0, 1}), stamp({1, 0}));
  EXPECT_NE(stamp({0, 1}), stamp({0}));
  EXPECT_NE(stamp({0, 1}), stamp({0, 2}));
}

TEST(KeyLookup, MissingSectionsAreAnErrorThatNamesTheRepair) {
  const auto files = MakeFiles();
  const FileIdentity identity = WriteSmall(*files).file;
  const auto file = SegmentFile::Open(*files, identity, std::make_shared<ReadStats>());
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE((*file)->keys().empty());
  const absl::Status status = KeyLookup::Open(*file).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(status.message().find("000000000001.seg"), absl::string_view::npos) << status;
  EXPECT_NE(status.message().find("--rebuild-index"), absl::string_view::npos) << status;
}

// A crowd of equal hashes, as an attacker may choose them, costs the index and nothing else.
TEST(KeyLookup, CrowdedHashesFallBackToFences) {
  base::Random random(2);
  KeySet set = MakeKeys(KeyShape::kDense, 5000, random);
  std::ranges::fill(set.hashes, 42U);
  const auto files = MakeFiles();
  const auto file = OpenKeyed(*files, set, true);
  const absl::StatusOr<KeyLookup> lookup = KeyLookup::Open(file);
  ASSERT_TRUE(lookup.ok());
  EXPECT_FALSE(lookup->views().index.has_value());
  for (uint32_t row = 0; row < 5000; ++row) {
    const KeyProbe probe{42, set.prefixes[row]};
    EXPECT_EQ(lookup->Find(probe, set.ComparerWith(set.keys[row])), row);
  }
  std::vector<Damage> damages;
  const RowKeysProvider keys = [&set] { return absl::StatusOr<RowKeys>(set.row_keys()); };
  ASSERT_TRUE(VerifySegment(file, NoProvider(), true, &damages).ok());
  ASSERT_TRUE(VerifyKeySections(file, kKeyChunks, keys, &damages).ok());
  EXPECT_TRUE(damages.empty());
}

}  // namespace
}  // namespace ashlar::segment
