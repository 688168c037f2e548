// Random transactions over several datasets, with pinned snapshots, flushes, compactions,
// reopenings, kills and readers, held to std::map.
//
// ASHLAR_MODEL_SEEDS=n runs n seeds instead of a few. A failure names its seed, and the fewest
// steps of it that fail.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/random.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/thorough.h"

namespace ashlar::testkit {
namespace {

constexpr int kSteps = 160;
constexpr uint64_t kKeys = 3000;

using Rows = std::map<int64_t, int64_t>;

// What a snapshot holds: two keyed datasets, and an ordered one that counts its rows.
struct Model {
  Rows numbers;
  Rows names;  // the key is a text made of the number
  std::vector<int64_t> events;
};

std::string NameOf(int64_t key) { return base::StrCat("key number ", key); }

Schema NumbersSchema() {
  return *Schema::Make({{"id", Int64(), false}, {"value", Int64()}, {"text", Utf8()}});
}
Schema NamesSchema() { return *Schema::Make({{"name", Utf8(), false}, {"value", Int64()}}); }
Schema EventsSchema() { return *Schema::Make({{"event", Int64(), false}}); }

absl::StatusOr<RecordBatch> NumbersBatch(const std::vector<std::pair<int64_t, int64_t>>& rows) {
  RecordBatchBuilder builder(NumbersSchema());
  for (const auto& [key, value] : rows) {
    RETURN_IF_ERROR(builder.column(0).AppendInt64(key));
    RETURN_IF_ERROR(builder.column(1).AppendInt64(value));
    RETURN_IF_ERROR(builder.column(2).AppendBytes(base::StrCat("v", value % 7)));
  }
  return builder.Finish();
}

absl::StatusOr<RecordBatch> NamesBatch(const std::vector<std::pair<int64_t, int64_t>>& rows) {
  RecordBatchBuilder builder(NamesSchema());
  for (const auto& [key, value] : rows) {
    RETURN_IF_ERROR(builder.column(0).AppendBytes(NameOf(key)));
    RETURN_IF_ERROR(builder.column(1).AppendInt64(value));
  }
  return builder.Finish();
}

absl::StatusOr<RecordBatch> EventsBatch(const std::vector<int64_t>& events) {
  RecordBatchBuilder builder(EventsSchema());
  for (const int64_t event : events) RETURN_IF_ERROR(builder.column(0).AppendInt64(event));
  return builder.Finish();
}

absl::Status WriteTree(io::FileSystem& files, const FileTree& tree) {
  for (const std::string& directory : tree.directories) {
    RETURN_IF_ERROR(files.CreateDirectory(directory));
  }
  for (const auto& [name, content] : tree.files) {
    ASSIGN_OR_RETURN(const std::unique_ptr<io::WritableFile> file, files.Create(name, {}));
    RETURN_IF_ERROR(file->Append(base::AsBytes(content)));
    RETURN_IF_ERROR(file->Close());
  }
  return absl::OkStatus();
}

absl::Status Wrong(const std::string& what) { return absl::InternalError(what); }

class ModelRun {
 public:
  using MakePlace = std::unique_ptr<Place> (*)();

  ModelRun(uint64_t seed, MakePlace make_place)
      : random_(seed), make_place_(make_place), place_(make_place()) {
    options_.memtable_bytes = random_.OneIn(2) ? uint64_t{200'000} : uint64_t{8} << 20;
    options_.small_commit_bytes = random_.OneIn(3) ? 4000 : 100'000;
    options_.key_directory_bytes = random_.OneIn(2) ? uint64_t{64} << 20 : 0;
  }

  // Carries out so many steps; the error says what is wrong.
  absl::Status Go(int steps) {
    RETURN_IF_ERROR(Open());
    RETURN_IF_ERROR(store_->CreateDataset("numbers", NumbersSchema(), {.key = {"id"}}));
    RETURN_IF_ERROR(
        store_->CreateDataset("names", NamesSchema(), {.key = {"name"}, .hash_index = true}));
    RETURN_IF_ERROR(store_->CreateDataset("events", EventsSchema()));
    for (int step = 0; step < steps; ++step) {
      const absl::Status done = Step();
      if (!done.ok()) return Wrong(base::StrCat("step ", step, ": ", done.ToString()));
    }
    RETURN_IF_ERROR(CheckAll(store_->GetSnapshot(), model_));
    return store_->Close();
  }

  [[nodiscard]] uint64_t operations() const { return operations_; }

 private:
  struct Pinned {
    Snapshot snapshot;
    Model model;
  };

  absl::Status Open() {
    ASSIGN_OR_RETURN(auto core,
                     store::OpenCore(place_->files(), options_, base::SystemClock(), TestTuning()));
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{std::move(core)}));
    return absl::OkStatus();
  }

  absl::Status Step() {
    switch (random_.Uniform(21)) {
      case 0:
        return store_->Flush();
      case 1:
        return Reopen();
      case 2:
        return Kill();
      case 3:
        return CheckReader();
      case 4:
        if (pinned_.size() > 3) pinned_.erase(pinned_.begin());
        pinned_.push_back({store_->GetSnapshot(), model_});
        return absl::OkStatus();
      case 5:
        if (pinned_.empty()) return absl::OkStatus();
        return CheckAll(pinned_[0].snapshot, pinned_[0].model);
      case 6:
        return CheckAll(store_->GetSnapshot(), model_);
      case 7:
      case 8:
        RETURN_IF_ERROR(CheckSome(store_->GetSnapshot(), model_));
        if (pinned_.empty()) return absl::OkStatus();
        return CheckSome(pinned_.back().snapshot, pinned_.back().model);
      case 9:
        RETURN_IF_ERROR(store_->Compact().status());
        return CheckSome(store_->GetSnapshot(), model_);
      default:
        return Commit();
    }
  }

  absl::Status Commit() {
    ASSIGN_OR_RETURN(WriteTransaction transaction, store_->BeginWrite());
    Model next = model_;
    for (uint64_t calls = 1 + random_.Uniform(3); calls > 0; --calls) {
      RETURN_IF_ERROR(Write(transaction, &next));
    }
    if (random_.OneIn(8)) {
      ASSIGN_OR_RETURN(const Dataset own, transaction.Read("numbers"));
      RETURN_IF_ERROR(CheckKeyed(own, next.numbers, [](int64_t key) { return Key(key); }));
    }
    if (random_.OneIn(10)) {
      std::move(transaction).Abort();
      return absl::OkStatus();
    }
    CommitOptions options;
    if (random_.OneIn(3)) options.durability = Durability::kNone;
    if (random_.OneIn(4)) {
      ASSIGN_OR_RETURN(CommitTicket ticket, std::move(transaction).CommitAsync(options));
      RETURN_IF_ERROR(ticket.Wait().status());
    } else {
      RETURN_IF_ERROR(std::move(transaction).Commit(options).status());
    }
    model_ = std::move(next);
    return absl::OkStatus();
  }

  std::vector<std::pair<int64_t, int64_t>> SomeRows() {
    std::vector<std::pair<int64_t, int64_t>> rows;
    const uint64_t most = random_.OneIn(6) ? 4000 : 300;
    for (uint64_t n = random_.Uniform(most); n > 0; --n) {
      rows.emplace_back(static_cast<int64_t>(random_.Uniform(kKeys)),
                        static_cast<int64_t>(random_.Uniform(1'000'000)));
    }
    operations_ += rows.size();
    return rows;
  }

  absl::Status Write(WriteTransaction& transaction, Model* next) {
    const bool numbers = random_.OneIn(2);
    Rows& rows = numbers ? next->numbers : next->names;
    const char* const dataset = numbers ? "numbers" : "names";
    switch (random_.Uniform(4)) {
      case 0: {
        std::vector<int64_t> events;
        for (uint64_t n = random_.Uniform(200); n > 0; --n) events.push_back(next_event_++);
        operations_ += events.size();
        next->events.insert(next->events.end(), events.begin(), events.end());
        ASSIGN_OR_RETURN(const RecordBatch batch, EventsBatch(events));
        return transaction.Append("events", batch);
      }
      case 1: {
        std::vector<Key> keys;
        for (uint64_t n = random_.Uniform(200); n > 0; --n) {
          const auto key = static_cast<int64_t>(random_.Uniform(kKeys));
          keys.push_back(numbers ? Key(key) : Key(NameOf(key)));
          rows.erase(key);
        }
        operations_ += keys.size();
        return transaction.Delete(dataset, keys);
      }
      default: {
        const auto some = SomeRows();
        for (const auto& [key, value] : some) rows[key] = value;
        ASSIGN_OR_RETURN(const RecordBatch batch, numbers ? NumbersBatch(some) : NamesBatch(some));
        return transaction.Upsert(dataset, batch);
      }
    }
  }

  absl::Status Reopen() {
    RETURN_IF_ERROR(store_->Close());
    pinned_.clear();
    store_.reset();
    RETURN_IF_ERROR(Open());
    return CheckSome(store_->GetSnapshot(), model_);
  }

  // What another process finds after this one was killed: nothing was lost by the disk.
  absl::Status Kill() {
    ASSIGN_OR_RETURN(const FileTree tree, ReadTree(*place_->files()));
    pinned_.clear();
    store_.reset();
    place_ = make_place_();
    RETURN_IF_ERROR(WriteTree(*place_->files(), tree));
    RETURN_IF_ERROR(Open());
    return CheckSome(store_->GetSnapshot(), model_);
  }

  absl::Status CheckReader() {
    StoreOptions options;
    options.mode = AccessMode::kReadOnly;
    ASSIGN_OR_RETURN(auto core,
                     store::OpenCore(place_->files(), options, base::SystemClock(), TestTuning()));
    Store reader(std::make_shared<Store::Impl>(Store::Impl{std::move(core)}));
    RETURN_IF_ERROR(CheckAll(reader.GetSnapshot(), model_));
    RETURN_IF_ERROR(Commit());
    RETURN_IF_ERROR(reader.Refresh());
    return CheckSome(reader.GetSnapshot(), model_);
  }

  template <typename MakeKey>
  absl::Status CheckKeyed(const Dataset& dataset, const Rows& rows, const MakeKey& make_key) {
    std::vector<Key> keys;
    std::vector<int64_t> numbers;
    for (int i = 0; i < 50; ++i) {
      numbers.push_back(static_cast<int64_t>(random_.Uniform(kKeys)));
      keys.push_back(make_key(numbers.back()));
    }
    operations_ += 2 * keys.size();
    ASSIGN_OR_RETURN(const auto many, dataset.MultiGet(keys));
    for (size_t i = 0; i < keys.size(); ++i) {
      const auto expected = rows.find(numbers[i]);
      ASSIGN_OR_RETURN(const std::optional<RowRef> row, dataset.Get(keys[i]));
      for (const std::optional<RowRef>& got : {row, many[i]}) {
        if (got.has_value() != (expected != rows.end())) {
          return Wrong(
              base::StrCat(keys[i].ToString(), got.has_value() ? " is there" : " is gone"));
        }
        if (got.has_value() && got->GetInt64(1) != expected->second) {
          return Wrong(base::StrCat(keys[i].ToString(), " has ", got->GetInt64(1)));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckSome(const Snapshot& snapshot, const Model& model) {
    ASSIGN_OR_RETURN(const Dataset numbers, snapshot.GetDataset("numbers"));
    RETURN_IF_ERROR(CheckKeyed(numbers, model.numbers, [](int64_t key) { return Key(key); }));
    ASSIGN_OR_RETURN(const Dataset names, snapshot.GetDataset("names"));
    return CheckKeyed(names, model.names, [](int64_t key) { return Key(NameOf(key)); });
  }

  absl::Status CheckScan(const Dataset& dataset, const Rows& rows) {
    if (dataset.rows() != rows.size()) {
      return Wrong(
          base::StrCat(dataset.name(), " counts ", dataset.rows(), " rows, not ", rows.size()));
    }
    int64_t sum = 0;
    for (const auto& [key, value] : rows) sum += value;
    ASSIGN_OR_RETURN(const RecordBatch scanned, dataset.Materialize({.columns = {"value"}}));
    int64_t scanned_sum = 0;
    for (int64_t i = 0; i < scanned.rows(); ++i) scanned_sum += scanned.column(0).GetInt64(i);
    ASSIGN_OR_RETURN(const uint64_t odd, dataset.Filter(Col("value") % 2 == 1).Count());
    uint64_t expected_odd = 0;
    for (const auto& [key, value] : rows) expected_odd += value % 2 == 1 ? 1 : 0;
    operations_ += rows.size();
    if (static_cast<size_t>(scanned.rows()) != rows.size() || scanned_sum != sum) {
      return Wrong(base::StrCat("a scan of ", dataset.name(), " has ", scanned.rows(), " rows"));
    }
    return odd == expected_odd ? absl::OkStatus() : Wrong("a query counts wrong");
  }

  // The whole of "numbers" in the order of its keys, either way.
  absl::Status CheckRange(const Dataset& numbers, const Rows& rows) {
    const bool backward = random_.OneIn(2);
    std::vector<std::pair<int64_t, int64_t>> expected(rows.begin(), rows.end());
    if (backward) std::reverse(expected.begin(), expected.end());
    ASSIGN_OR_RETURN(const auto reader, numbers.Range({.backward = backward}));
    size_t next = 0;
    for (RecordBatch batch;;) {
      ASSIGN_OR_RETURN(const bool more, reader->Next(&batch));
      if (!more) break;
      for (int64_t i = 0; i < batch.rows(); ++i, ++next) {
        if (next >= expected.size() || batch.column(0).GetInt64(i) != expected[next].first ||
            batch.column(1).GetInt64(i) != expected[next].second) {
          return Wrong(base::StrCat("row ", next, " of a range is wrong"));
        }
      }
    }
    return next == expected.size() ? absl::OkStatus() : Wrong("a range ends too early");
  }

  absl::Status CheckAll(const Snapshot& snapshot, const Model& model) {
    RETURN_IF_ERROR(CheckSome(snapshot, model));
    ASSIGN_OR_RETURN(const Dataset numbers, snapshot.GetDataset("numbers"));
    RETURN_IF_ERROR(CheckScan(numbers, model.numbers));
    RETURN_IF_ERROR(CheckRange(numbers, model.numbers));
    ASSIGN_OR_RETURN(const Dataset names, snapshot.GetDataset("names"));
    RETURN_IF_ERROR(CheckScan(names, model.names));
    ASSIGN_OR_RETURN(const Dataset events, snapshot.GetDataset("events"));
    ASSIGN_OR_RETURN(const RecordBatch rows, events.Materialize());
    if (static_cast<size_t>(rows.rows()) != model.events.size()) {
      return Wrong(base::StrCat("events has ", rows.rows(), " rows, not ", model.events.size()));
    }
    for (size_t i = 0; i < model.events.size(); ++i) {
      if (rows.column(0).GetInt64(static_cast<int64_t>(i)) != model.events[i]) {
        return Wrong(base::StrCat("event ", i, " is out of place"));
      }
    }
    operations_ += model.events.size();
    return absl::OkStatus();
  }

  base::Random random_;
  StoreOptions options_;
  const MakePlace make_place_;
  std::unique_ptr<Place> place_;
  std::unique_ptr<Store> store_;
  Model model_;
  std::vector<Pinned> pinned_;
  int64_t next_event_ = 0;
  uint64_t operations_ = 0;
};

constexpr uint64_t kSeeds = kThorough ? 24 : 8;

template <typename PlaceType>
class CommitModel : public ::testing::Test {};
TYPED_TEST_SUITE(CommitModel, Places);

TYPED_TEST(CommitModel, HoldsWhatMapsHold) {
  const auto make_place = +[]() -> std::unique_ptr<Place> { return std::make_unique<TypeParam>(); };
  const char* const text = std::getenv("ASHLAR_MODEL_SEEDS");
  const uint64_t seeds = text == nullptr ? kSeeds : std::strtoull(text, nullptr, 10);
  uint64_t operations = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    ModelRun run(seed, make_place);
    const absl::Status done = run.Go(kSteps);
    operations += run.operations();
    if (done.ok()) continue;
    int fewest = kSteps;
    while (fewest > 0 && !ModelRun(seed, make_place).Go(fewest - 1).ok()) --fewest;
    FAIL() << "seed " << seed << ", fails from " << fewest << " steps on: " << done;
  }
  std::printf("seeds 1 to %llu: %llu operations\n", static_cast<unsigned long long>(seeds),
              static_cast<unsigned long long>(operations));
}

}  // namespace
}  // namespace ashlar::testkit
