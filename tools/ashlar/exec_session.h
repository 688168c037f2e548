// ExecSession: the state of one `ashlar exec` run, and what each op does.
//
// Owns: the open transaction, the held snapshots, and turning requests into answers. Does not own:
// reading lines and printing answers (exec_command.cc). Ops stand by kind in exec_transaction.cc,
// exec_write.cc, exec_merge.cc, exec_read.cc, exec_scan.cc and exec_upkeep.cc.
#ifndef ASHLAR_TOOLS_ASHLAR_EXEC_SESSION_H_
#define ASHLAR_TOOLS_ASHLAR_EXEC_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/base/clock.h"
#include "tools/ashlar/exec_cursor.h"
#include "tools/ashlar/exec_request.h"
#include "tools/ashlar/json.h"

namespace ashlar::tools {

inline constexpr uint64_t kMaxExecScanRows = 1000;
inline constexpr size_t kMaxExecSnapshots = 64;

// Used by one thread. Whatever is open when it ends is aborted and released.
class ExecSession {
 public:
  // `store` must outlive the session.
  explicit ExecSession(Store& store) : store_(store) {}

  // The answer to one line: {"ok":true,…} or {"ok":false,"code":…,"error":…}. `line` as for
  // ExecRequest::Parse().
  [[nodiscard]] Json Answer(std::string_view line);
  // The answer to a line that could not be read at all.
  [[nodiscard]] static Json ErrorAnswer(std::string_view id, const absl::Status& status);
  [[nodiscard]] bool in_transaction() const { return transaction_.has_value(); }

 private:
  // Members of the answer besides "ok" and "id".
  using Result = absl::StatusOr<Json::Members>;
  using Op = Result (ExecSession::*)(const ExecRequest&);
  [[nodiscard]] static const std::map<std::string_view, Op>& Ops();
  [[nodiscard]] Result Execute(const ExecRequest& request);

  [[nodiscard]] Result Begin(const ExecRequest& request);
  [[nodiscard]] Result Commit(const ExecRequest& request);
  [[nodiscard]] Result Abort(const ExecRequest& request);
  [[nodiscard]] Result Flush(const ExecRequest& request);
  [[nodiscard]] Result TakeSnapshot(const ExecRequest& request);
  [[nodiscard]] Result Release(const ExecRequest& request);

  [[nodiscard]] Result Create(const ExecRequest& request);
  [[nodiscard]] Result Drop(const ExecRequest& request);
  [[nodiscard]] Result Append(const ExecRequest& request);
  [[nodiscard]] Result Replace(const ExecRequest& request);
  [[nodiscard]] Result Upsert(const ExecRequest& request);
  [[nodiscard]] Result Delete(const ExecRequest& request);
  [[nodiscard]] Result DeleteWhere(const ExecRequest& request, const std::string& dataset);
  [[nodiscard]] Result Insert(const ExecRequest& request);
  [[nodiscard]] Result Update(const ExecRequest& request);
  [[nodiscard]] Result Merge(const ExecRequest& request);
  [[nodiscard]] Result ExplainMerge(const std::string& dataset, std::string_view rows,
                                    const MergeOptions& options);
  using RowsWriter = absl::Status (*)(WriteTransaction& to, std::string_view dataset,
                                      const RecordBatch& rows);
  [[nodiscard]] Result WriteRows(const ExecRequest& request, RowsWriter write);

  [[nodiscard]] Result Get(const ExecRequest& request);
  [[nodiscard]] Result Scan(const ExecRequest& request);
  [[nodiscard]] Result Datasets(const ExecRequest& request);
  [[nodiscard]] Result ShowSchema(const ExecRequest& request);
  [[nodiscard]] Result Versions(const ExecRequest& request);
  [[nodiscard]] Result Diff(const ExecRequest& request);
  [[nodiscard]] Result DiffByKey(KeyedDiff& diff, uint64_t most);

  [[nodiscard]] Result Stats(const ExecRequest& request);
  [[nodiscard]] Result Tag(const ExecRequest& request);
  [[nodiscard]] Result Expire(const ExecRequest& request);
  [[nodiscard]] Result CollectGarbage(const ExecRequest& request);
  [[nodiscard]] Result Verify(const ExecRequest& request);
  [[nodiscard]] Result Compact(const ExecRequest& request);
  [[nodiscard]] Result CompactStore(const CompactOptions& options);
  [[nodiscard]] Result RebuildIndexes(const RebuildOptions& options);

  // Runs `change` in the open transaction, or in one of its own that is committed at once.
  [[nodiscard]] Result Write(const std::function<absl::Status(WriteTransaction&)>& change);
  // FailedPrecondition inside of a transaction: the op takes effect at once, and could not be taken
  // back.
  [[nodiscard]] absl::Status RefuseInTransaction(const ExecRequest& request) const;

  // What a scan reads, and how its cursor names it.
  struct ScanSource {
    Dataset dataset;
    ExecPlace place = ExecPlace::kVersion;
    uint64_t number = 0;
    std::optional<uint64_t> version;  // nothing in a transaction
  };
  [[nodiscard]] absl::StatusOr<ScanSource> SourceOfScan(const ExecRequest& request,
                                                        const std::string& dataset);
  [[nodiscard]] absl::StatusOr<ScanSource> SourceOfCursor(const ExecRequest& request,
                                                          const std::string& dataset,
                                                          const ExecCursor& cursor);
  [[nodiscard]] absl::StatusOr<ScanSource> GoOn(const ExecRequest& request, const ExecScan& scan,
                                                const ExecCursor& cursor);
  // Cursors of this session's own things are of no use in another one.
  [[nodiscard]] uint64_t SeedOf(ExecPlace place) const {
    return place == ExecPlace::kVersion ? 0 : began_;
  }
  [[nodiscard]] static absl::Status NoSnapshot(uint64_t number);

  // The dataset as a read of one request sees it.
  [[nodiscard]] absl::StatusOr<Dataset> RequestedDataset(const ExecRequest& request);
  // What a read sees: "snapshot", else "at", else nothing (the newest version, or the transaction).
  [[nodiscard]] absl::StatusOr<std::optional<Snapshot>> RequestedSnapshot(
      const ExecRequest& request) const;

  Store& store_;
  std::optional<WriteTransaction> transaction_;
  // An error aborted the transaction. Its sender may not know yet: until it ends the transaction
  // itself nothing else is done, least of all committed at once.
  bool lost_ = false;
  uint64_t transaction_changes_ = 0;  // by all transactions so far, their beginnings included
  std::map<uint64_t, Snapshot> snapshots_;
  uint64_t next_snapshot_ = 1;
  const uint64_t began_ = static_cast<uint64_t>(base::NowMicros(*base::SystemClock()));
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXEC_SESSION_H_
