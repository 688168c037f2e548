// Store: opening, snapshots, transactions and upkeep.
//
// Owns: the handle to one directory (or to memory). Thread-safe. Errors are absl::Status: NotFound,
// AlreadyExists, InvalidArgument (bad input, before any I/O), Unavailable (another writer),
// PermissionDenied, ResourceExhausted (no space; heals by itself), DataLoss (corruption, with file
// and offset), Unimplemented (format too new), FailedPrecondition, Aborted.
#ifndef ASHLAR_STORE_H_
#define ASHLAR_STORE_H_

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/keyed_diff.h"
#include "ashlar/options.h"
#include "ashlar/snapshot.h"
#include "ashlar/stats.h"
#include "ashlar/transaction.h"

namespace ashlar {

struct TagInfo {
  std::string name;
  uint64_t version = 0;
  TagAttributes attributes;
};

struct DamagedRange {
  std::string file;     // relative to the store
  uint64_t offset = 0;  // of the first damaged byte range
  uint64_t bytes = 0;
  std::string
      what;  // "page checksum", "footer digest", "missing", "chunk digest of column 'city'", …
  std::string dataset;     // empty when no dataset of a readable version needs it
  uint64_t version = 0;    // the newest readable version that it damages
  uint64_t first_row = 0;  // rows of that dataset that cannot be read
  uint64_t rows = 0;
};

struct VerifyReport {
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t chunks = 0;
  uint64_t rows = 0;
  std::vector<DamagedRange> damage;
  std::vector<std::string> notes;  // foreign files, orphans
  [[nodiscard]] bool ok() const { return damage.empty(); }
};

struct RepairReport {
  uint64_t rows_saved = 0;
  uint64_t rows_lost = 0;
  std::vector<std::string> notes;  // what was lost, in words
};

struct ExpireReport {
  std::vector<uint64_t> versions;  // no longer readable
  uint64_t files_removed = 0;
  uint64_t bytes_removed = 0;
};

struct RebuildOptions {
  std::vector<std::string> datasets = {};  // keyed ones; empty: all
  bool dry_run = false;                    // says what would be done
};

// A segment whose key filter, fences or hash index cannot be believed, or read at all. A dry run
// reads the columns of the key alone: damage to others keeps a segment from being rebuilt, too.
struct RebuiltSegment {
  std::string dataset;
  uint64_t segment = 0;
  uint64_t replacement = 0;  // 0: none was made
  uint64_t rows = 0;
  uint64_t bytes = 0;   // of the replacement's file
  std::string what;     // is wrong with it
  std::string problem;  // why it cannot be rebuilt; empty: none was found
};

struct RebuildReport {
  uint64_t segments_checked = 0;
  std::vector<RebuiltSegment> segments;
  uint64_t files_removed = 0;
  // Whether no index stays bad: each was good, or was, or in a dry run would be, made anew.
  [[nodiscard]] bool ok() const {
    return std::all_of(segments.begin(), segments.end(),
                       [](const RebuiltSegment& segment) { return segment.problem.empty(); });
  }
};

struct CompactOptions {
  std::vector<std::string> datasets = {};  // empty: all
  bool dry_run = false;                    // says what would be done
};

// Segments that were written anew as others, of the same live rows.
struct CompactedSegments {
  std::string dataset;
  uint64_t segments_in = 0;
  uint64_t segments_out = 0;  // 0 in a dry run
  uint64_t rows = 0;          // that were kept
  uint64_t dead_rows = 0;     // that were left out
  uint64_t bytes_in = 0;      // of files, old ones that stay for older versions included
  uint64_t bytes_out = 0;     // 0 in a dry run
};

struct CompactReport {
  std::vector<CompactedSegments> tasks;  // in the order in which they were done
  // Done in vain, for others had replaced the same segments meanwhile.
  uint64_t tasks_abandoned = 0;
  uint64_t files_removed = 0;
  uint64_t bytes_removed = 0;
};

class Store {
 public:
  struct Impl;

  // A directory that exists, is not empty and is no store is FailedPrecondition: nothing is created
  // over remains.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Store>> Open(
      std::string_view path, const StoreOptions& options = {});
  // The same engine on memory; gone with its last handle, view and snapshot.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Store>> OpenInMemory(
      const StoreOptions& options = {});

  explicit Store(std::shared_ptr<Impl> impl);
  // Leaves the clean-close mark. Snapshots, datasets and views stay valid.
  ~Store();
  // As destruction, but says what went wrong. Idempotent. In a child of fork() every verb that
  // writes, and this one, is FailedPrecondition and leaves the parent's store alone; but as long as
  // the child neither closes it nor runs another program, nobody else can open it for writing.
  [[nodiscard]] absl::Status Close();

  // Conveniences: transactions of one statement.
  [[nodiscard]] absl::Status CreateDataset(std::string_view name, const Schema& schema,
                                           const DatasetOptions& options = {});
  [[nodiscard]] absl::Status DropDataset(std::string_view name);

  [[nodiscard]] absl::StatusOr<WriteTransaction> BeginWrite();

  // Everything that was committed; never waits.
  [[nodiscard]] Snapshot GetSnapshot() const;
  // All that is in memory becomes segments, and one version. Others go on committing meanwhile.
  // Close() does the same.
  [[nodiscard]] absl::Status Flush();
  [[nodiscard]] absl::StatusOr<Snapshot> At(
      uint64_t version) const;  // NotFound: never was, or expired
  [[nodiscard]] absl::StatusOr<Snapshot> At(std::chrono::system_clock::time_point time) const;
  [[nodiscard]] absl::StatusOr<Snapshot> AtTag(std::string_view name) const;
  // VERSION | TAG | RFC 3339 time, as the command line spells it.
  [[nodiscard]] absl::StatusOr<Snapshot> AtText(std::string_view text) const;
  [[nodiscard]] std::vector<VersionInfo> versions() const;  // oldest first

  // Both move an existing tag. The second one flushes first, and returns the version that it names.
  [[nodiscard]] absl::Status Tag(std::string_view name, uint64_t version,
                                 const TagAttributes& attributes = {});
  [[nodiscard]] absl::StatusOr<uint64_t> TagNewest(std::string_view name,
                                                   const TagAttributes& attributes = {});
  [[nodiscard]] absl::Status DeleteTag(std::string_view name);
  [[nodiscard]] std::vector<TagInfo> tags() const;

  // Of ordered datasets: runs of rows, by position.
  [[nodiscard]] absl::StatusOr<DiffResult> Diff(std::string_view dataset, const Snapshot& from,
                                                const Snapshot& to) const;
  // Of keyed ones: rows, by key. A dataset that one snapshot lacks has no rows there; NotFound when
  // both lack it. When its fields differ, every row that both have is changed.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<KeyedDiff>> DiffByKey(std::string_view dataset,
                                                                     const Snapshot& from,
                                                                     const Snapshot& to) const;

  // Drops versions beyond the retention (given here, else the stored one), then collects garbage.
  [[nodiscard]] absl::StatusOr<ExpireReport> Expire(std::optional<Retention> retention,
                                                    bool dry_run);
  // Removes files that nothing reaches.
  [[nodiscard]] absl::StatusOr<ExpireReport> CollectGarbage(bool dry_run);
  // Proves the keys of every segment of keyed datasets, and gives those whose key filter, fences or
  // hash index are missing, stale or damaged another file with the same rows and new ones, in every
  // readable version. Makes no version. NotFound for an unknown dataset, InvalidArgument for one
  // without a key. What cannot be rebuilt, because its rows are damaged too, stays and is reported.
  [[nodiscard]] absl::StatusOr<RebuildReport> RebuildIndexes(const RebuildOptions& options = {});
  // Writes anew the segments of the newest version of which a sixteenth of the rows or more are
  // dead, and merges those that are small, until there is nothing more to win. Changes no row and
  // makes no version; readers and writers go on meanwhile. Old files go once no version, snapshot
  // or other process needs them. What is in memory is left alone: Flush() comes first where it
  // should not. NotFound for an unknown dataset. After an error what was done by then stays.
  [[nodiscard]] absl::StatusOr<CompactReport> Compact(const CompactOptions& options = {});
  // Read-only stores: advances to the newest version. Read-write: does nothing.
  [[nodiscard]] absl::Status Refresh();

  [[nodiscard]] StoreStats stats() const;
  // Reads everything: every checksum and digest, and the keys of keyed segments against their
  // filters, fences and indexes; with `deep` also zone maps, dictionary order, padding and UTF-8.
  [[nodiscard]] absl::StatusOr<VerifyReport> Verify(bool deep) const;

  // Verify() of a directory that may be too damaged to open.
  [[nodiscard]] static absl::StatusOr<VerifyReport> VerifyPath(std::string_view path, bool deep);
  // Saves every intact row of the newest version into a new store; never writes to the old one.
  [[nodiscard]] static absl::StatusOr<RepairReport> Repair(std::string_view from_path,
                                                           std::string_view new_path);

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace ashlar

#endif  // ASHLAR_STORE_H_
