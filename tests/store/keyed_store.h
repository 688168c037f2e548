// A store with a keyed dataset whose rows die as a flush would have it, made through the manifest.
//
// Owns: publishing segments of an ordered dataset as those of a keyed one, and deaths in them. Does
// not own: expectations. Why: what reads dead rows is tested apart from what makes them.
#ifndef ASHLAR_TESTS_STORE_KEYED_STORE_H_
#define ASHLAR_TESTS_STORE_KEYED_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/manifest/deaths.h"
#include "src/query/take.h"
#include "src/store/history.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {

// `dataset` is "rows", keyed by the first field of the batch, in segments of `segment_rows` rows.
class KeyedStore {
 public:
  KeyedStore(const RecordBatch& batch, Storage storage, uint32_t segment_rows)
      : batch_(batch), alive_(static_cast<size_t>(batch.rows()), true) {
    Open();
    DatasetOptions options{.boundaries = {segment_rows}, .storage = storage};
    EXPECT_OK(store_->CreateDataset("source", batch.schema(), options));
    EXPECT_OK(ReplaceAll(*store_, "source", batch));
    options.key = {batch.schema().field(0).name};
    EXPECT_OK(store_->CreateDataset("rows", batch.schema(), options));
    Publish([](const manifest::Manifest& now, manifest::DatasetEdit* edit) {
      manifest::SegmentSplice splice;
      splice.inserted = now.datasets.at("source")->segments;
      for (manifest::SegmentEntry& entry : splice.inserted) {
        entry.keys = std::make_shared<const manifest::KeyRange>(manifest::MakeKeyRange("a", "z"));
      }
      edit->splices.push_back(std::move(splice));
    });
  }

  // Rows of the batch die in a new version; those that are dead stay so.
  void Kill(const std::vector<int64_t>& rows) {
    std::vector<bool> dies(alive_.size(), false);
    for (const int64_t row : rows)
      dies[static_cast<size_t>(row)] = alive_[static_cast<size_t>(row)];
    Publish([&](const manifest::Manifest& now, manifest::DatasetEdit* edit) {
      const manifest::DatasetState& state = *now.datasets.at("rows");
      std::vector<manifest::RowsDied> died;
      size_t first = 0;  // of the segment; all of them are listed until one is wholly dead
      for (const manifest::SegmentEntry& entry : now.datasets.at("source")->segments) {
        std::vector<uint32_t> dead;
        for (uint32_t row = 0; row < entry.meta->rows; ++row) {
          if (dies[first + row]) dead.push_back(row);
        }
        first += entry.meta->rows;
        if (dead.empty()) continue;
        died.push_back(
            {entry.meta->file.id, manifest::DeletionVector::Make(entry.meta->rows, dead)});
      }
      EXPECT_OK(manifest::AddDeaths(state, died, edit));
    });
    for (size_t row = 0; row < alive_.size(); ++row) alive_[row] = alive_[row] && !dies[row];
  }

  void Reopen() {
    store_.reset();
    core_.reset();
    Open();
  }

  // The live rows, in order.
  [[nodiscard]] RecordBatch Expected() const {
    std::vector<uint32_t> rows;
    for (size_t row = 0; row < alive_.size(); ++row) {
      if (alive_[row]) rows.push_back(static_cast<uint32_t>(row));
    }
    std::vector<Column> columns;
    for (const Column& column : batch_.columns()) columns.push_back(*query::Take(column, rows));
    return *RecordBatch::Make(batch_.schema(), std::move(columns));
  }
  [[nodiscard]] Dataset dataset() const { return *store_->GetSnapshot().GetDataset("rows"); }
  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] store::StoreCore& core() { return *core_; }
  [[nodiscard]] io::MemoryFileSystem& files() { return *files_; }

 private:
  void Open() {
    auto core = store::OpenCore(files_, {}, base::SystemClock(), TestTuning());
    ASSERT_TRUE(core.ok()) << core.status();
    core_ = *std::move(core);
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
  }

  template <typename Change>
  void Publish(const Change& change) {
    EXPECT_OK(core_->publisher->Publish(
        [&](const manifest::VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
          manifest::ManifestEdit edit;
          edit.version.emplace();
          store::StampVersion(*core_, base, base.current()->sequence + 1, &*edit.version);
          manifest::DatasetEdit dataset;
          dataset.dataset_id = base.current()->datasets.at("rows")->id;
          change(*base.current(), &dataset);
          edit.version->datasets.push_back(std::move(dataset));
          return edit;
        }));
  }

  const RecordBatch batch_;
  std::vector<bool> alive_;
  std::shared_ptr<io::MemoryFileSystem> files_ = std::make_shared<io::MemoryFileSystem>();
  std::shared_ptr<store::StoreCore> core_;
  std::unique_ptr<Store> store_;
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_KEYED_STORE_H_
