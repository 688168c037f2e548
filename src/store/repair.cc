// One transaction from the old store to the new one; see the header.

#include "src/store/repair.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/store/current_view.h"
#include "src/store/flush.h"
#include "src/store/history.h"
#include "src/store/key_options.h"
#include "src/store/log_recovery.h"
#include "src/store/open_store.h"
#include "src/store/readable_manifest.h"
#include "src/store/salvage_reader.h"
#include "src/store/transaction_impl.h"

namespace ashlar::store {
namespace {

using manifest::DatasetState;
using manifest::VersionSet;

absl::Status CheckEmpty(io::FileSystem& files) {
  ASSIGN_OR_RETURN(const std::vector<io::DirectoryEntry> entries, files.List(""));
  if (entries.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      base::StrCat(files.Describe(), " is not empty; repair saves into a new directory only"));
}

// Keeps writers out while it is held. A store whose lock file is gone, or cannot be opened on a
// read-only medium, has no writer to keep out.
absl::StatusOr<std::unique_ptr<io::FileLock>> KeepWritersOut(io::FileSystem& files) {
  absl::StatusOr<std::unique_ptr<io::FileLock>> lock = files.Lock(io::kLockName);
  if (lock.ok() || absl::IsUnavailable(lock.status())) return lock;
  return std::unique_ptr<io::FileLock>();
}

Retention RetentionOf(const VersionSet& set) {
  Retention retention;
  retention.count = set.retention_count;
  if (set.retention_age_us >= 0) retention.age = std::chrono::microseconds(set.retention_age_us);
  return retention;
}

class Repairer {
 public:
  // `logged` has the commits that no segment has.
  Repairer(const VersionSet& set, std::shared_ptr<const StoreView> logged,
           std::shared_ptr<SegmentCache> from, std::shared_ptr<StoreCore> to, RepairReport* report)
      : set_(set),
        logged_(std::move(logged)),
        from_(std::move(from)),
        to_(std::move(to)),
        report_(report) {}

  absl::Status Run() {
    {
      WriteTransaction::Impl transaction(to_);
      for (const auto& [name, state] : set_.current()->datasets) {
        RETURN_IF_ERROR(SaveDataset(transaction, state));
      }
      RETURN_IF_ERROR(transaction.Commit({}).status());
    }
    // Before the commits of the log: what a tag names has none of them.
    RETURN_IF_ERROR(SaveTags());
    RETURN_IF_ERROR(SaveLogged());
    report_->rows_saved = 0;
    for (const auto& [name, state] : to_->current()->current()->datasets) {
      report_->rows_saved += state->rows;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status SaveDataset(WriteTransaction::Impl& transaction,
                           const std::shared_ptr<const DatasetState>& state) {
    const DatasetOptions options = {.key = FieldNames(state->schema, state->key),
                                    .storage = state->storage,
                                    .partition_by = FieldNames(state->schema, state->partition_by),
                                    .hash_index = state->hash_index};
    RETURN_IF_ERROR(transaction.CreateDataset(state->name, state->schema, options));
    const auto pending = transaction.datasets.find(state->name);
    ASHLAR_CHECK(pending != transaction.datasets.end());
    pending->second.change->pending.next_field_id = state->next_field_id;
    pending->second.change->pending.chunker = state->chunker;
    SalvageReader rows(state, from_);
    // The key sections are made anew from the rows.
    RETURN_IF_ERROR(state->is_keyed() ? transaction.Upsert(state->name, rows)
                                      : transaction.Append(state->name, rows));
    report_->rows_lost += rows.rows_lost();
    report_->notes.insert(report_->notes.end(), rows.notes().begin(), rows.notes().end());
    report_->notes.push_back(base::StrCat("dataset ", base::QuoteForMessage(state->name), ": ",
                                          rows.rows_saved(), " of ", state->rows, " rows saved"));
    return absl::OkStatus();
  }

  // In a version of their own, when there are any.
  absl::Status SaveLogged() {
    if (logged_->memtables.empty()) return absl::OkStatus();
    WriteTransaction::Impl transaction(to_);
    RETURN_IF_ERROR(transaction.TurnLarge());
    for (const auto& [name, state] : set_.current()->datasets) {
      const MemtableList* const memtables = logged_->FindMemtables(state->id);
      if (memtables == nullptr) continue;
      ASSIGN_OR_RETURN(PendingDataset * pending, transaction.Touch(name, /*exclusive=*/true));
      RETURN_IF_ERROR(SaveMemtables(transaction, *memtables, name, pending->change.get()));
    }
    RETURN_IF_ERROR(transaction.Commit({}).status());
    report_->notes.push_back(
        base::StrCat("the commits of the log are version ", to_->current()->current()->version));
    return absl::OkStatus();
  }

  absl::Status SaveMemtables(WriteTransaction::Impl& transaction, const MemtableList& memtables,
                             const std::string& name, DatasetChange* change) {
    WriteStats stats;
    uint64_t rows = 0;
    for (const MemtableRef& ref : memtables) {
      const log::MemtableView view = ref.memtable->View(ref.memtable->stats().last_sequence);
      RETURN_IF_ERROR(WriteMemtable(view, *to_->cache, transaction.Files().sink(), change, &stats));
      rows += static_cast<uint64_t>(view.CountLiveRows());
    }
    report_->notes.push_back(base::StrCat("dataset ", base::QuoteForMessage(name), ": ", rows,
                                          " rows of the commit log saved"));
    return absl::OkStatus();
  }

  absl::Status SaveTags() {
    const uint64_t old_version = set_.current()->version;
    const uint64_t new_version = to_->current()->current()->version;
    std::string dropped;
    for (const auto& [name, tag] : set_.tags) {
      if (tag.version == old_version) {
        RETURN_IF_ERROR(SetTag(*to_, name, new_version, tag.attributes));
      } else {
        dropped += base::StrCat(dropped.empty() ? "" : ", ", base::QuoteForMessage(name));
      }
    }
    report_->notes.push_back(base::StrCat("saved version ", old_version, " as version ",
                                          new_version, " of the new store"));
    uint64_t older = 0;
    for (const auto& version : set_.versions) {
      if (version->version != 0 && version->version != old_version) ++older;
    }
    if (older > 0) report_->notes.push_back(base::StrCat(older, " older versions were not saved"));
    if (!dropped.empty()) {
      report_->notes.push_back(base::StrCat("tags of older versions were not saved: ", dropped));
    }
    return absl::OkStatus();
  }

  const VersionSet& set_;
  const std::shared_ptr<const StoreView> logged_;
  const std::shared_ptr<SegmentCache> from_;
  const std::shared_ptr<StoreCore> to_;
  RepairReport* const report_;
};

void NoteManifestDamage(const ReadableManifest& found, RepairReport* report) {
  for (const DamagedRange& damage : found.damage) {
    report->notes.push_back(base::StrCat(damage.file, ": ", damage.what));
  }
  report->notes.insert(report->notes.end(), found.notes.begin(), found.notes.end());
}

// The commits of the logs, up to the first that is damaged.
absl::StatusOr<std::shared_ptr<const StoreView>> ReadLogs(io::FileSystem& files,
                                                          const VersionSet& set,
                                                          RepairReport* report) {
  CurrentView view(set.current(), [](const std::shared_ptr<const StoreView>&) {});
  const auto replayed = ReplayLogs(files, set, log::LogTail::kEnded, view);
  if (replayed.ok()) return view.current();
  if (!IsDamage(replayed.status())) return replayed.status();
  const absl::string_view why = replayed.status().message();
  report->notes.push_back(
      base::StrCat("commits from here on are lost: ", std::string_view(why.data(), why.size())));
  if (!view.current()->memtables.empty()) return view.current();
  // A log may be missing: what the others have is saved all the same.
  CurrentView others(set.current(), [](const std::shared_ptr<const StoreView>&) {});
  const auto again = ReplayLogs(files, set, log::LogTail::kEnded, others, /*despite_missing=*/true);
  if (!again.ok() && !IsDamage(again.status())) return again.status();
  return others.current();
}

}  // namespace

absl::StatusOr<RepairReport> RepairInto(std::shared_ptr<io::FileSystem> from,
                                        std::shared_ptr<io::FileSystem> to) {
  ASHLAR_CHECK(from != nullptr && to != nullptr);
  RETURN_IF_ERROR(CheckEmpty(*to));
  ASSIGN_OR_RETURN(const std::unique_ptr<io::FileLock> lock, KeepWritersOut(*from));
  ASSIGN_OR_RETURN(const ReadableManifest found, FindReadableManifest(*from));
  RepairReport report;
  NoteManifestDamage(found, &report);
  if (found.set == nullptr) {
    std::string reasons;
    for (const std::string& note : report.notes) reasons += base::StrCat("; ", note);
    return absl::DataLossError(base::StrCat(from->Describe(), ": nothing can be saved", reasons));
  }
  const StoreOptions options{.retention = RetentionOf(*found.set)};
  ASSIGN_OR_RETURN(const auto core, OpenCore(std::move(to), options, base::SystemClock()));
  auto cache = std::make_shared<SegmentCache>(from, std::make_shared<segment::ReadStats>());
  ASSIGN_OR_RETURN(const auto logged, ReadLogs(*from, *found.set, &report));
  const absl::Status saved = Repairer(*found.set, logged, std::move(cache), core, &report).Run();
  const absl::Status closed = CloseCore(*core);
  RETURN_IF_ERROR(saved);
  RETURN_IF_ERROR(closed);
  return report;
}

}  // namespace ashlar::store
