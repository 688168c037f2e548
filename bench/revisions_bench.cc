// The 60 nightly revisions of one table, put in turn, all of them kept and read back: Replace'd,
// and merged by key with what is absent deleted; each with fast storage and with compact.
//
// Figures to hold: the store takes at most 20 % of the bytes put in, compact at most 10 %, by key
// at most 8 %, and a revision at most 60 ms besides syncing, its CSV parsed. Says which bytes the
// store is made of, so that it is known what would halve them. Data: people_revisions.tar.zst in
// ASHLAR_SHARED_DATA or
// ../shared/data; without it the benchmark says that it was skipped.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "bench/bench_store.h"
#include "bench/figures.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/io/input_stream.h"
#include "src/query/take.h"
#include "src/segment/segment_file.h"
#include "src/store/store_impl.h"
#include "tools/import/import.h"

namespace ashlar::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kArchive = "baseball/people_revisions.tar.zst";
constexpr uint64_t kBlockBytes = 4096;
constexpr size_t kColumnsShown = 3;
constexpr std::string_view kKey = "playerID";  // by which the revisions are sorted

// The revisions in order; none when the data is absent.
std::vector<std::string> Unpack(const ScratchDirectory& directory) {
  const char* chosen = std::getenv("ASHLAR_SHARED_DATA");
  const fs::path archive = fs::path(chosen != nullptr ? chosen : "../shared/data") / kArchive;
  if (!fs::exists(archive)) return {};
  const std::string target = directory.Path("revisions");
  fs::create_directory(target);
  const std::string command =
      base::StrCat("tar --zstd -xf '", archive.string(), "' -C '", target, "'");
  ASHLAR_CHECK(std::system(command.c_str()) == 0);
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(target)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

// A file's rows, its schema inferred or given.
std::vector<RecordBatch> Parse(const std::string& file, std::optional<Schema>* schema) {
  auto input = io::OpenInput(file, fs::temp_directory_path().string());
  ASHLAR_CHECK_OK(input.status());
  auto reader = tools::OpenImport(*std::move(input), {.schema = *schema});
  ASHLAR_CHECK_OK(reader.status());
  *schema = (*reader)->schema();
  std::vector<RecordBatch> batches;
  RecordBatch batch;
  while (true) {
    const auto more = (*reader)->Next(&batch);
    ASHLAR_CHECK_OK(more.status());
    if (!*more) return batches;
    batches.push_back(batch);
  }
}

// Bytes of a store's files by kind, and the same in whole blocks.
struct Space {
  std::map<std::string, uint64_t> kinds;
  std::map<std::string, uint64_t> columns;  // chunks and dictionaries
  uint64_t bytes = 0;
  uint64_t block_bytes = 0;
  uint64_t files = 0;

  void AddSegment(const segment::SegmentFile& file) {
    uint64_t buffers = 0;
    uint64_t dictionaries = 0;
    uint64_t zone_maps = 0;
    for (size_t field = 0; field < file.schema().size(); ++field) {
      const segment::ChunkEntry& entry = file.chunks()[field];
      if (entry.kind != segment::ChunkKind::kHere) continue;
      columns[file.schema().field(field).name] += entry.stored_bytes + entry.dictionary_bytes;
      buffers += entry.stored_bytes;
      dictionaries += entry.dictionary_bytes;
      std::vector<segment::BufferRange> maps;
      segment::AppendZoneMaps(entry.root, &maps);
      for (const segment::BufferRange& map : maps) zone_maps += map.size;
    }
    const uint64_t body = file.body().size();
    kinds["chunk_bytes"] += buffers;
    kinds["dictionary_bytes"] += dictionaries;
    kinds["zone_map_bytes"] += zone_maps;
    kinds["tail_bytes"] += file.identity().bytes - body;
    kinds["header_and_padding_bytes"] += body - buffers - dictionaries - zone_maps;
  }
};

Space Measure(Store::Impl& store, const std::string& path) {
  Space space;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    const uint64_t bytes = entry.file_size();
    ++space.files;
    space.bytes += bytes;
    space.block_bytes += (bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
    const auto name = fs::relative(entry.path(), path).string();
    const auto parsed = io::ParseFileName(name);
    if (parsed.has_value() && parsed->kind == io::FileKind::kSegment) continue;
    const bool manifest = parsed.has_value() && parsed->kind == io::FileKind::kManifest;
    space.kinds[manifest                   ? "manifest_bytes"
                : name == io::kReserveName ? "reserve_bytes"
                                           : "rest_bytes"] += bytes;
  }
  std::map<uint64_t, std::shared_ptr<const manifest::SegmentMeta>> holders;
  for (const auto& version : store.core->current()->versions) {
    manifest::ForEachFile(*version, [&](const auto& meta) { holders[meta->file.id] = meta; });
  }
  for (const auto& [id, meta] : holders) {
    const auto file = store.core->cache->Open(*meta);
    ASHLAR_CHECK_OK(file.status());
    space.AddSegment(**file);
  }
  return space;
}

struct Revision {
  uint64_t version = 0;
  std::vector<RecordBatch> batches;
};

// Rows of a keyed dataset in the order of their keys.
absl::StatusOr<RecordBatch> RowsByKey(const Dataset& dataset) {
  ASSIGN_OR_RETURN(const std::unique_ptr<BatchReader> reader, dataset.Range());
  std::vector<RecordBatch> batches;
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, reader->Next(&batch));
    if (!more) break;
    batches.push_back(batch);
  }
  std::vector<Column> columns;
  for (size_t field = 0; field < dataset.schema().size(); ++field) {
    std::vector<Column> pieces;
    for (const RecordBatch& batch : batches) pieces.push_back(batch.column(field));
    ASSIGN_OR_RETURN(Column column,
                     query::ConcatColumns(dataset.schema().field(field).type, pieces));
    columns.push_back(std::move(column));
  }
  return RecordBatch::Make(dataset.schema(), std::move(columns));
}

// Reads each version back and compares it with what was put in.
void CheckAllReadable(const Store& store, const std::vector<Revision>& revisions) {
  for (const Revision& revision : revisions) {
    const auto snapshot = store.At(revision.version);
    ASHLAR_CHECK_OK(snapshot.status());
    const auto dataset = snapshot->GetDataset("people");
    ASHLAR_CHECK_OK(dataset.status());
    const auto rows =
        dataset->schema().field(0).nullable ? dataset->Materialize() : RowsByKey(*dataset);
    ASHLAR_CHECK_OK(rows.status());
    int64_t first = 0;
    for (const RecordBatch& batch : revision.batches) {
      const auto stored = rows->Slice(first, batch.rows());
      ASHLAR_CHECK_OK(stored.status());
      ASHLAR_CHECK(stored->Equals(batch));
      first += batch.rows();
    }
    ASHLAR_CHECK(first == rows->rows());
  }
}

struct Costs {
  std::vector<double> wall, cpu, parse, replace, sync;
  uint64_t input_bytes = 0;
};

// The schema of the revisions with a key, which is never absent.
Schema KeyedSchemaOf(const std::string& file) {
  std::optional<Schema> inferred;
  (void)Parse(file, &inferred);
  std::vector<Field> fields = inferred->fields();
  ASHLAR_CHECK(fields[0].name == kKey);
  fields[0].nullable = false;
  return Schema::Make(std::move(fields)).value();
}

// The version that states the whole content.
uint64_t PutRevision(Store& store, BatchReader& rows, bool keyed) {
  if (!keyed) return ReplaceAll(store, "people", rows).version;
  WriteTransaction transaction = store.BeginWrite().value();
  ASHLAR_CHECK_OK(
      transaction.Merge("people", rows, {.strategy = MergeStrategy::kFullMerge}).status());
  ASHLAR_CHECK_OK(std::move(transaction).Commit().status());
  ASHLAR_CHECK_OK(store.Flush());  // what a commit has put in memory is in no version before
  return store.GetSnapshot().version();
}

std::vector<Revision> PutAll(Store& store, const DatasetOptions& dataset,
                             const std::vector<std::string>& files, const SyncCounts& counts,
                             Costs* costs) {
  std::vector<Revision> revisions;
  std::optional<Schema> schema;
  const bool keyed = !dataset.key.empty();
  if (keyed) schema = KeyedSchemaOf(files.front());
  for (const std::string& file : files) {
    costs->input_bytes += fs::file_size(file);
    const uint64_t synced = counts.nanoseconds;
    const double cpu = CpuSeconds();
    const double started = WallSeconds();
    Revision revision;
    revision.batches = Parse(file, &schema);
    const double parsed = WallSeconds();
    if (revisions.empty()) {
      ASHLAR_CHECK_OK(store.CreateDataset("people", *schema, dataset));
    }
    auto reader = MakeBatchReader(*schema, revision.batches);
    revision.version = PutRevision(store, *reader, keyed);
    const double sync = static_cast<double>(counts.nanoseconds - synced) / 1e6;
    costs->parse.push_back((parsed - started) * 1e3);
    costs->replace.push_back((WallSeconds() - parsed) * 1e3 - sync);
    costs->sync.push_back(sync);
    costs->wall.push_back(costs->parse.back() + costs->replace.back());
    costs->cpu.push_back((CpuSeconds() - cpu) * 1e3);
    revisions.push_back(std::move(revision));
  }
  return revisions;
}

// Largest first.
std::vector<std::pair<uint64_t, std::string>> Ranked(const std::map<std::string, uint64_t>& sizes) {
  std::vector<std::pair<uint64_t, std::string>> ranked;
  for (const auto& [name, bytes] : sizes) ranked.emplace_back(bytes, name);
  std::ranges::sort(ranked, std::greater<>());
  return ranked;
}

void AddSpace(const Space& space, uint64_t input_bytes, Figures* figures) {
  const auto input = static_cast<double>(input_bytes);
  figures->Add("input_bytes", input);
  figures->Add("store_bytes", static_cast<double>(space.bytes));
  figures->Add("store_block_bytes", static_cast<double>(space.block_bytes));
  figures->Add("files", static_cast<double>(space.files));
  figures->Add("percent_of_input", 100 * static_cast<double>(space.bytes) / input);
  figures->Add("percent_of_input_in_blocks", 100 * static_cast<double>(space.block_bytes) / input);
  for (const auto& [kind, bytes] : space.kinds) {
    figures->Add(kind, static_cast<double>(bytes));
  }
  const auto columns = Ranked(space.columns);
  for (size_t i = 0; i < std::min(columns.size(), kColumnsShown); ++i) {
    figures->Add(base::StrCat("column ", columns[i].second), static_cast<double>(columns[i].first));
  }
  const auto [most, kind] = Ranked(space.kinds).front();
  std::cout << "largest kind: " << kind << ", " << 100 * most / space.bytes
            << " % of the store; halving it would save half of that\n";
}

Figures MeasureStorage(const std::string& name, const DatasetOptions& dataset,
                       const std::string& path, const std::vector<std::string>& files) {
  Figures figures(name);
  auto counts = std::make_shared<SyncCounts>();
  const StoreOptions options{.retention = Retention{.count = files.size() + 2}};
  auto core = OpenMeteredCore(path, counts, options);
  Store::Impl impl{core};
  Store store(std::make_shared<Store::Impl>(impl));
  Costs costs;
  const std::vector<Revision> revisions = PutAll(store, dataset, files, *counts, &costs);
  const double began = CpuSeconds();
  CheckAllReadable(store, revisions);
  figures.Add("read_back_cpu_ms", (CpuSeconds() - began) * 1e3);
  figures.SetTimes(Percentile(costs.wall, 50), Percentile(costs.cpu, 50));
  figures.Add("revisions", static_cast<double>(revisions.size()));
  figures.Add("p95_ms", Percentile(costs.wall, 95));
  figures.Add("parse_ms", Percentile(costs.parse, 50));
  figures.Add("replace_ms", Percentile(costs.replace, 50));
  figures.Add("sync_ms", Percentile(costs.sync, 50));
  figures.Add("syncs", static_cast<double>(counts->syncs) / static_cast<double>(files.size()));
  AddSpace(Measure(impl, path), costs.input_bytes, &figures);
  return figures;
}

void Run(const std::string& output) {
  const ScratchDirectory directory;
  const std::vector<std::string> files = Unpack(directory);
  if (files.empty()) {
    Figures none("people_revisions");
    none.Skip(base::StrCat(kArchive, " is absent"));
    return none.Report(output);
  }
  std::vector<Figures> all;
  for (const bool keyed : {false, true}) {
    for (const Storage storage : {Storage::kFast, Storage::kCompact}) {
      const std::string name = base::StrCat("people_revisions", keyed ? "_keyed" : "",
                                            storage == Storage::kCompact ? "_compact" : "");
      DatasetOptions dataset{.storage = storage};
      if (keyed) dataset.key = {std::string(kKey)};
      all.push_back(MeasureStorage(name, dataset, directory.Path(name), files));
    }
  }
  Figures::Report(all, output);
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) { ashlar::bench::Run(ashlar::bench::OutputPath(argc, argv)); }
