// `ashlar get` and `ashlar has`: the row of one key, or whether there is one.
#include <memory>
#include <optional>
#include <string>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/dataset_writer.h"
#include "tools/ashlar/key_rows.h"
#include "tools/ashlar/key_text.h"
#include "tools/ashlar/open_store.h"

namespace ashlar::tools {
namespace {

// Scripts ask by the exit code: no is kExitFailed, without a message. The one word is JSON, a line
// of JSON, a CSV record and a table alike.
absl::Status PrintPresence(bool present, Console& console) {
  if (!present) console.AnswerNo();
  RETURN_IF_ERROR(console.Write(present ? "true\n" : "false\n"));
  return console.Flush();
}

// One row is one object in JSON, as what `put` and `del` print is: there are never more.
absl::Status PrintRow(const RowRef& row, OutputFormat format, Console& console) {
  ASSIGN_OR_RETURN(const RecordBatch batch, row.ToBatch());
  const std::unique_ptr<ExportWriter> writer =
      format == OutputFormat::kJson
          ? MakeJsonLinesWriter(console)
          : MakeDatasetWriter(console.Resolve(format), console, console, batch.schema());
  RETURN_IF_ERROR(writer->Write(batch));
  return writer->Finish();
}

}  // namespace

absl::Status Run(const GetCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
  ASSIGN_OR_RETURN(const Snapshot snapshot, SnapshotAt(*store, command.at));
  ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(command.dataset));
  ASSIGN_OR_RETURN(const RecordBatch key_row, ParseKeyText(command.key, dataset));
  const Key key = KeyAt(key_row, 0);
  if (command.only_whether) {
    ASSIGN_OR_RETURN(const bool present, dataset.Has(key));
    return PrintPresence(present, console);
  }
  ASSIGN_OR_RETURN(const std::optional<RowRef> row, dataset.Get(key));
  if (row.has_value()) return PrintRow(*row, command.format, console);
  return absl::NotFoundError(base::StrCat("no row of ", base::QuoteForMessage(command.dataset),
                                          " has the key ", key.ToString()));
}

}  // namespace ashlar::tools
