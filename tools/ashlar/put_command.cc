// `ashlar put` and `ashlar del`: one row comes, or changes, or goes.
//
// Nothing is written before store, dataset, key and row are known to be good. This process is the
// store's one writer, so what it saw of the key before the commit is what the commit met.
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/key_rows.h"
#include "tools/ashlar/key_text.h"
#include "tools/ashlar/open_store.h"
#include "tools/ashlar/results.h"
#include "tools/ashlar/row_text.h"

namespace ashlar::tools {
namespace {

// {"version":…,"<outcome>":true|false}
absl::Status CommitAndPrint(WriteTransaction transaction, std::string_view outcome, bool happened,
                            OutputFormat format, Store& store, Console& console) {
  RETURN_IF_ERROR(std::move(transaction).Commit().status());
  ASSIGN_OR_RETURN(const uint64_t version, VersionOfCommits(store));
  RETURN_IF_ERROR(store.Close());
  return PrintRecord(console, format,
                     Json::Object({{"version", version}, {std::string(outcome), happened}}));
}

}  // namespace

absl::Status Run(const PutCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToChange(command.store));
  ASSIGN_OR_RETURN(const Dataset dataset, store->GetSnapshot().GetDataset(command.dataset));
  ASSIGN_OR_RETURN(const RecordBatch key, ParseKeyText(command.key, dataset));
  ASSIGN_OR_RETURN(const RecordBatch row, ParseRowText(command.row, key, dataset));
  ASSIGN_OR_RETURN(const bool present, dataset.Has(KeyAt(key, 0)));
  ASSIGN_OR_RETURN(WriteTransaction transaction, store->BeginWrite());
  RETURN_IF_ERROR(transaction.Upsert(command.dataset, row));
  return CommitAndPrint(std::move(transaction), "replaced", present, command.format, *store,
                        console);
}

absl::Status Run(const DeleteCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToChange(command.store));
  ASSIGN_OR_RETURN(const Dataset dataset, store->GetSnapshot().GetDataset(command.dataset));
  ASSIGN_OR_RETURN(const RecordBatch key_row, ParseKeyText(command.key, dataset));
  const std::array<Key, 1> keys = {KeyAt(key_row, 0)};
  ASSIGN_OR_RETURN(const bool present, dataset.Has(keys[0]));
  ASSIGN_OR_RETURN(WriteTransaction transaction, store->BeginWrite());
  if (present) RETURN_IF_ERROR(transaction.Delete(command.dataset, keys));
  return CommitAndPrint(std::move(transaction), "deleted", present, command.format, *store,
                        console);
}

}  // namespace ashlar::tools
