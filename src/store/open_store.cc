// Opening, recovering, refreshing and closing.

#include "src/store/open_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/io/posix_file_system.h"
#include "src/store/commit_lifetime.h"
#include "src/store/create_store.h"
#include "src/store/current_view.h"
#include "src/store/dataset_impl.h"
#include "src/store/garbage.h"
#include "src/store/log_recovery.h"
#include "src/store/obsolete_logs.h"
#include "src/store/reader_registry.h"
#include "src/store/segment_files.h"

namespace ashlar::store {
namespace {

using manifest::RecoveredManifest;
using manifest::VersionSet;

constexpr int kReaderAttempts = 16;
// Of which a flush may hold four times as much in one column.
constexpr uint64_t kMaxMemtableBytes = uint64_t{256} << 20;

std::shared_ptr<const VersionSet> InitialVersionSet() {
  auto set = std::make_shared<VersionSet>();
  set->versions.push_back(std::make_shared<const manifest::Manifest>());
  return set;
}

void SetRetention(const Retention& retention, uint64_t* count, int64_t* age_us) {
  *count = retention.count;
  *age_us = retention.age.has_value() ? retention.age->count() : -1;
}

absl::Status CheckOptions(const StoreOptions& options) {
  if (options.retention.has_value() && options.retention->count == 0) {
    return absl::InvalidArgumentError("retention.count must be at least 1");
  }
  if (options.retention.has_value() && options.retention->age.has_value() &&
      options.retention->age->count() < 0) {
    return absl::InvalidArgumentError("retention.age must not be negative");
  }
  if (options.memtable_bytes == 0 || options.memtable_bytes > kMaxMemtableBytes) {
    return absl::InvalidArgumentError(
        base::StrCat("memtable_bytes must be 1 to ", kMaxMemtableBytes));
  }
  if (options.small_commit_bytes > kMaxMemtableBytes) {
    return absl::InvalidArgumentError(
        base::StrCat("small_commit_bytes must be at most ", kMaxMemtableBytes));
  }
  return absl::OkStatus();
}

absl::Status NotAStore(io::FileSystem& files, DirectoryState state) {
  if (state == DirectoryState::kHeadless) {
    return absl::DataLossError(base::StrCat(
        files.Describe(), ": CURRENT is missing beside the files of a store; repair may save it"));
  }
  return absl::FailedPreconditionError(base::StrCat(files.Describe(), " is not a store"));
}

void InitReading(StoreCore& core, const std::shared_ptr<const VersionSet>& set) {
  core.cache = std::make_shared<SegmentCache>(core.files, std::make_shared<segment::ReadStats>());
  if (core.mode == AccessMode::kReadOnly) core.cache->set_read_only();
  core.cache->set_clock(core.clock);
  core.pins = SnapshotPins::Make(
      std::make_shared<const StoreView>(StoreView{set->current()}),
      [cache = core.cache, registrations = core.registrations](
          std::shared_ptr<const manifest::DatasetState> state, const StoreView& view,
          uint64_t sequence) { return MakeDataset(std::move(state), view, sequence, cache); });
  core.view = std::make_unique<CurrentView>(
      set->current(), [pins = core.pins[0].get()](std::shared_ptr<const StoreView> view) {
        pins->SetCurrent(std::move(view));
      });
}

// After an unclean end: what no durable manifest names was never acknowledged.
absl::Status SweepAfterCrash(StoreCore& core) {
  ASSIGN_OR_RETURN(const std::vector<uint64_t> found, ListSegmentIds(*core.files));
  KeepForReaders(core, found);
  // After a kill, or a failed sync, the last record may stand in the page cache alone. Only what is
  // written anew and synced is trusted, and nothing is removed on the strength of anything less.
  // The same holds for names: CURRENT may have been renamed, or files removed, but not for good.
  absl::Status rewritten = core.files->SyncDirectory("");
  if (rewritten.ok()) rewritten = core.files->SyncDirectory(io::kSegmentsDirectory);
  if (rewritten.ok()) rewritten = core.publisher->Roll();
  core.unproven = !rewritten.ok();
  if (rewritten.ok()) {
    RETURN_IF_ERROR(RemoveOrphans(core));
  } else if (!absl::IsResourceExhausted(rewritten) || core.publisher->read_only()) {
    return rewritten;  // a full disk can still be read; the first commit rolls
  }
  // Ids are never used twice, not even those of files that were never published.
  if (!found.empty()) {
    core.next_segment_id = std::max<uint64_t>(core.next_segment_id, found.back() + 1);
  }
  return absl::OkStatus();
}

void StartWriter(StoreCore& core, std::unique_ptr<manifest::ManifestStore> store,
                 const std::shared_ptr<const VersionSet>& set) {
  core.next_segment_id = set->next_segment_id;
  core.publisher = std::make_unique<manifest::Publisher>(
      std::move(store), set, [&core](const std::shared_ptr<const VersionSet>& next) {
        core.view->SetManifest(next->current());
      });
  core.reuse = std::make_shared<ReuseIndex>(
      core.cache, [publisher = core.publisher.get()] { return publisher->current(); });
}

absl::Status StoreRetention(StoreCore& core, const Retention& retention) {
  uint64_t count = 0;
  int64_t age_us = 0;
  SetRetention(retention, &count, &age_us);
  return core.publisher
      ->Publish([&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
        manifest::ManifestEdit edit;
        if (base.retention_count != count || base.retention_age_us != age_us) {
          edit.retention = std::pair(count, age_us);
        }
        return edit;
      })
      .status();
}

absl::Status OpenForWriting(StoreCore& core, const StoreOptions& options, const Tuning& tuning) {
  ASSIGN_OR_RETURN(DirectoryState state, InspectDirectory(*core.files));
  const bool create = state == DirectoryState::kEmpty || state == DirectoryState::kUnfinished;
  if (create && !options.create_if_missing) {
    return absl::NotFoundError(base::StrCat(core.files->Describe(), " holds no store"));
  }
  if (!create && state != DirectoryState::kStore) return NotAStore(*core.files, state);
  RETURN_IF_ERROR(EnsureLockFile(*core.files));
  {
    base::MutexLock lock(core.mutex);
    auto locked = core.files->Lock(io::kLockName);
    if (absl::IsUnavailable(locked.status())) {
      return absl::UnavailableError(base::StrCat(
          core.files->Describe(), ": another process, or another handle, has the store open for",
          " writing; one writer at a time"));
    }
    ASSIGN_OR_RETURN(core.lock, std::move(locked));
  }
  // Looked at again under the lock: another process may just have created the store.
  ASSIGN_OR_RETURN(state, InspectDirectory(*core.files));
  if (state != DirectoryState::kStore) {
    const std::shared_ptr<const VersionSet> initial = InitialVersionSet();
    ASSIGN_OR_RETURN(auto store, CreateStoreFiles(*core.files, *initial));
    InitReading(core, initial);
    StartWriter(core, std::move(store), initial);
    RETURN_IF_ERROR(StartCommits(core, RecoveredLog(), options, tuning));
  } else {
    ASSIGN_OR_RETURN(const RecoveredManifest recovered, manifest::ReadManifest(*core.files));
    InitReading(core, recovered.set);
    // Before anything is changed: a store that is refused stays as it was.
    ASSIGN_OR_RETURN(RecoveredLog logged,
                     ReplayLogs(*core.files, *recovered.set, log::LogTail::kEnded, *core.view));
    StartWriter(core, manifest::ManifestStore::Open(*core.files, recovered), recovered.set);
    if (recovered.clean) {
      KeepForReaders(core, LiveFileIds(core, *recovered.set));
    } else {
      RETURN_IF_ERROR(SweepAfterCrash(core));
    }
    RETURN_IF_ERROR(StartCommits(core, std::move(logged), options, tuning));
    if (!recovered.clean && !core.unproven) RETURN_IF_ERROR(RemoveLogs(core));
  }
  if (options.retention.has_value()) RETURN_IF_ERROR(StoreRetention(core, *options.retention));
  return absl::OkStatus();
}

std::vector<uint64_t> PinnedVersionNumbers(StoreCore& core) {
  std::vector<uint64_t> versions;
  for (const auto& manifest : core.pins[0]->PinnedVersions()) versions.push_back(manifest->version);
  return versions;
}

struct ReadState {
  std::shared_ptr<const VersionSet> set;
  uint64_t manifest_number = 0;
  std::shared_ptr<const StoreView> view;  // with the rows of the logs
  uint64_t sequence = 0;
};

// A version is safe to read once it is registered and still there afterwards. The logs are read
// after the manifest, and if they are gone by then the manifest is read again.
absl::StatusOr<ReadState> ReadAndRegister(StoreCore& core) {
  ASSIGN_OR_RETURN(RecoveredManifest next, manifest::ReadManifest(*core.files));
  absl::Status missing;  // what the newest manifest names
  for (int attempt = 0; attempt < kReaderAttempts; ++attempt) {
    const RecoveredManifest read = next;
    const uint64_t version = read.set->current()->version;
    RETURN_IF_ERROR(core.registrations->Hold(*core.files, version));
    CurrentView view(read.set->current(), [](const std::shared_ptr<const StoreView>&) {});
    const auto replayed = ReplayLogs(*core.files, *read.set, log::LogTail::kLive, view);
    ASSIGN_OR_RETURN(next, manifest::ReadManifest(*core.files));
    // Rows of the logs belong to the version that was the newest when they were written, and what a
    // writer recycles while it is read may look like anything.
    const bool moved_on =
        next.set->current()->version != version || next.set->oldest_log != read.set->oldest_log;
    missing = moved_on ? absl::OkStatus() : replayed.status();
    if (moved_on || absl::IsNotFound(missing)) continue;
    RETURN_IF_ERROR(replayed.status());
    // A move makes no version, and files that it replaced before the registration may be gone.
    view.SetManifest(next.set->current());
    return ReadState{next.set, next.manifest_number, view.current(), replayed->last_sequence};
  }
  if (absl::IsNotFound(missing)) return absl::DataLossError(missing.message());
  return absl::UnavailableError("the writer publishes faster than this reader can register");
}

void SetReadState(StoreCore& core, const ReadState& state) {
  // The sequence first: rows of the old view all have lower ones.
  core.pins[0]->SetSequence(state.sequence);
  core.pins[0]->SetCurrent(state.view);
  base::MutexLock lock(core.mutex);
  core.read_only_set = state.set;
  core.read_only_manifest = state.manifest_number;
}

absl::Status OpenForReading(StoreCore& core) {
  ASSIGN_OR_RETURN(const DirectoryState state, InspectDirectory(*core.files));
  if (state == DirectoryState::kEmpty || state == DirectoryState::kUnfinished) {
    return absl::NotFoundError(base::StrCat(core.files->Describe(), " holds no store"));
  }
  if (state != DirectoryState::kStore) return NotAStore(*core.files, state);
  ASSIGN_OR_RETURN(const ReadState read, ReadAndRegister(core));
  InitReading(core, read.set);
  SetReadState(core, read);
  return absl::OkStatus();
}

// The clean mark says that nothing needs to be looked for: not while a snapshot, or a transaction
// that has not ended, keeps files that no version names.
absl::Status CloseManifest(StoreCore& core) {
  ASSIGN_OR_RETURN(const bool tidy, HoldsOnlyVersionsFiles(core));
  if (tidy) return core.publisher->CloseClean();
  core.publisher->CloseUnclean();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<io::FileSystem>> OpenStoreDirectory(std::string_view path,
                                                                   const StoreOptions& options) {
  if (path.empty()) return absl::InvalidArgumentError("the store's path is empty");
  const bool create = options.create_if_missing && options.mode == AccessMode::kReadWrite;
  ASSIGN_OR_RETURN(std::unique_ptr<io::FileSystem> files,
                   io::OpenPosixFileSystem(
                       path, {.create = create, .map = options.read_path == ReadPath::kMap}));
  return std::shared_ptr<io::FileSystem>(std::move(files));
}

absl::StatusOr<std::shared_ptr<StoreCore>> OpenCore(std::shared_ptr<io::FileSystem> files,
                                                    const StoreOptions& options, base::Clock* clock,
                                                    const Tuning& tuning) {
  ASHLAR_CHECK(files != nullptr && clock != nullptr);
  RETURN_IF_ERROR(CheckOptions(options));
  const std::chrono::nanoseconds started = clock->Monotonic();
  auto core = std::make_shared<StoreCore>();
  core->files = std::move(files);
  core->mode = options.mode;
  core->clock = clock;
  RETURN_IF_ERROR(options.mode == AccessMode::kReadWrite ? OpenForWriting(*core, options, tuning)
                                                         : OpenForReading(*core));
  core->cache->directories().set_limit(options.key_directory_bytes);
  core->open_microseconds = static_cast<uint64_t>((clock->Monotonic() - started).count()) / 1000;
  return core;
}

absl::Status CloseCore(StoreCore& core) {
  if (core.closed.exchange(true)) return absl::OkStatus();
  absl::Status closed = absl::OkStatus();
  if (core.publisher != nullptr) {
    closed = CloseCommits(core);
    // What could not be removed before; the mark says that nothing is left to look for.
    if (closed.ok()) closed = CollectAll(core, /*dry_run=*/false).status();
    if (closed.ok()) closed = CloseManifest(core);
    // Nothing may be published any more once the lock is given up.
    if (!closed.ok()) core.publisher->CloseUnclean();
    // From here on another writer may come; what is still read here is registered like any
    // reader's.
    for (const uint64_t version : PinnedVersionNumbers(core)) {
      core.registrations->Hold(*core.files, version).IgnoreError();
    }
    core.cache->set_read_only();
  }
  base::MutexLock lock(core.mutex);
  core.lock.reset();
  return closed;
}

absl::Status RefreshCore(StoreCore& core) {
  if (core.mode == AccessMode::kReadWrite) return absl::OkStatus();
  base::MutexLock refreshing(core.refresh_mutex);
  ASSIGN_OR_RETURN(const ReadState read, ReadAndRegister(core));
  SetReadState(core, read);
  core.registrations->KeepOnly(PinnedVersionNumbers(core));
  return absl::OkStatus();
}

}  // namespace ashlar::store
