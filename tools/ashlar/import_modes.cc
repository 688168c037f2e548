// Modes to merges; see the header.
#include "tools/ashlar/import_modes.h"

#include "ashlar/status_macros.h"
#include "src/store/merge_plan.h"

namespace ashlar::tools {

bool IsKeyedMode(ImportMode mode) {
  return mode != ImportMode::kAppend && mode != ImportMode::kReplace;
}

MergeOptions MergeOptionsOf(const ImportCommand& command) {
  MergeOptions options;
  options.rewrite = command.rewrite.value_or(RewriteMode::kDeferred);
  if (command.mode == ImportMode::kInsert) options.strategy = MergeStrategy::kInsert;
  if (command.mode == ImportMode::kUpdate) options.strategy = MergeStrategy::kUpdate;
  if (command.mode == ImportMode::kFullMerge) options.strategy = MergeStrategy::kFullMerge;
  if (command.mode == ImportMode::kDeduplicate) options.strategy = MergeStrategy::kDeduplicate;
  return options;
}

absl::Status CheckModes(const ImportCommand& command) {
  if (command.hash_index && command.key.empty()) {
    return absl::InvalidArgumentError("--hash-index needs --key");
  }
  if (IsKeyedMode(command.mode)) return store::CheckMerge(MergeOptionsOf(command));
  if (!command.key.empty()) {
    return absl::InvalidArgumentError(
        "--key needs a mode for rows with a key: upsert, insert, update, full_merge or "
        "deduplicate");
  }
  if (command.rewrite.has_value() || command.explain) {
    return absl::InvalidArgumentError(
        "--rewrite and --explain need a mode for rows with a key: upsert, insert, update, "
        "full_merge or deduplicate");
  }
  return absl::OkStatus();
}

}  // namespace ashlar::tools
