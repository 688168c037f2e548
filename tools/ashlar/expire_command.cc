// `ashlar expire` and `ashlar gc`: giving space back.
#include <memory>

#include "ashlar/status_macros.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/open_store.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

// Nothing given: as stored. An age alone decides alone.
std::optional<Retention> RetentionOf(const ExpireCommand& command) {
  if (!command.keep.has_value() && !command.older_than.has_value()) return std::nullopt;
  return Retention{.count = command.keep.value_or(UINT64_MAX), .age = command.older_than};
}

}  // namespace

absl::Status Run(const ExpireCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToChange(command.store));
  const absl::StatusOr<ExpireReport> report =
      command.versions ? store->Expire(RetentionOf(command), command.dry_run)
                       : store->CollectGarbage(command.dry_run);
  RETURN_IF_ERROR(report.status());
  RETURN_IF_ERROR(store->Close());
  Json record = Describe(*report);
  record.Add("dry_run", command.dry_run);
  return PrintRecord(console, command.format, record);
}

}  // namespace ashlar::tools
