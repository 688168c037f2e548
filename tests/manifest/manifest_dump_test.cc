// The dump explains every byte, is what the golden files say, and stands damage.
#include "src/manifest/manifest_dump.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "src/base/bytes.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "src/manifest/manifest_store.h"
#include "tests/manifest/manifest_testing.h"
#include "tests/testing/corruption.h"

namespace ashlar::manifest {
namespace {

// Two segments, one of them with a use, a tag, and an edit behind the checkpoint.
std::string SmallManifest() {
  io::MemoryFileSystem files;
  auto set = std::make_shared<const VersionSet>(EmptySet());
  const auto holder = MakeSegment(1);
  ManifestEdit create =
      CreateDataset(*set, 1, "orders", {holder, MakeSegment(2, {{holder, 1, 64}})});
  create.set_tags = {{"first", {1, {{"who", "test"}}}}};
  set = *Apply(*set, create);
  const auto store = *ManifestStore::Create(files, *set);
  const ManifestEdit append = AppendSegment(*set, 1, 2);
  set = *Apply(*set, append);
  EXPECT_TRUE(store->Append(append, *set).ok());
  return testkit::ReadFile(files, io::ManifestName(1));
}

// A keyed dataset with dead rows in the checkpoint and more of them in the edit, durable logs and a
// segment that moves.
std::string KeyedManifest() {
  io::MemoryFileSystem files;
  auto set = std::make_shared<const VersionSet>(EmptySet());
  const auto segments = std::vector{MakeSegment(4), MakeSegment(5)};
  set = *Apply(*set, CreateKeyedDataset(*set, 1, "users", segments));
  set = *Apply(*set, KillRows(*set, 1, 4, {0, 1, 2, 7}));
  const auto store = *ManifestStore::Create(files, *set);
  ManifestEdit edit = KillRows(*set, 1, 4, {9, 13});
  edit.version->datasets[0].flushed_up_to = 3;
  edit.oldest_log = 1;
  edit.durable_logs = {{1, 4096}, {2, 777}};
  edit.moves = {{5, MovedTo(6, *segments[1])}};
  edit.next_segment_id = 7;
  set = *Apply(*set, edit);
  EXPECT_TRUE(store->Append(edit, *set).ok());
  return testkit::ReadFile(files, io::ManifestName(1));
}

// Segments with dead rows that are compacted, and what came to be dead meanwhile.
std::string CompactedManifest() {
  io::MemoryFileSystem files;
  auto set = std::make_shared<const VersionSet>(EmptySet());
  set = *Apply(*set, CreateKeyedDataset(*set, 1, "users", {MakeSegment(4), MakeSegment(5)}));
  set = *Apply(*set, KillRows(*set, 1, 4, {0, 1, 2, 7}));
  const auto store = *ManifestStore::Create(files, *set);
  ManifestEdit edit = CompactRun(*set, 1, 0, 2);
  auto grown = std::make_shared<SegmentMeta>(*edit.compactions[0].splices[0].inserted[0].meta);
  grown->rows += 2;
  SegmentEntry entry = KeyedEntry(grown);
  entry.dead = DeletionVector::Make(grown->rows, std::vector<uint32_t>{3, 8});
  edit.compactions[0].splices[0].inserted = {entry};
  set = *Apply(*set, edit);
  EXPECT_TRUE(store->Append(edit, *set).ok());
  return testkit::ReadFile(files, io::ManifestName(1));
}

void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/tests/manifest/testdata/" + name;
  if (std::getenv("ASHLAR_REWRITE_GOLDENS") != nullptr) std::ofstream(path) << actual;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(actual, golden.str()) << "ASHLAR_REWRITE_GOLDENS=1 rewrites " << path;
}

TEST(ManifestDump, IsGolden) {
  const std::string bytes = SmallManifest();
  ExpectGolden("small.txt", DumpManifestText(base::AsBytes(bytes), io::ManifestName(1)));
  ExpectGolden("small.json", DumpManifestJson(base::AsBytes(bytes), io::ManifestName(1)));
  ExpectGolden("keyed.txt", DumpManifestText(base::AsBytes(KeyedManifest()), io::ManifestName(1)));
  ExpectGolden("compacted.txt",
               DumpManifestText(base::AsBytes(CompactedManifest()), io::ManifestName(1)));
}

TEST(ManifestDump, ExplainsEveryByteOnce) {
  for (const std::string& bytes : {SmallManifest(), KeyedManifest(), CompactedManifest()}) {
    uint64_t end = 0;
    for (const FieldNote& note : ExplainManifest(base::AsBytes(bytes), "x")) {
      EXPECT_EQ(note.offset, end) << note.name;
      EXPECT_NE(note.name, "problem") << note.value;
      end = note.offset + note.size;
    }
    EXPECT_EQ(end, bytes.size());
  }
}

TEST(ManifestDump, GoesOnBehindDamage) {
  const std::string bytes = KeyedManifest();
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    const std::string text = DumpManifestText(base::AsBytes(damaged), "x");
    EXPECT_NE(text.find("problem"), std::string::npos) << at;
    const std::string_view cut = std::string_view(bytes).substr(0, at);
    EXPECT_FALSE(DumpManifestJson(base::AsBytes(cut), "x").empty());
  }
}

}  // namespace
}  // namespace ashlar::manifest
