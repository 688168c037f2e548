// `ashlar tag`: list, set and delete tags.
#include <memory>
#include <vector>

#include "ashlar/status_macros.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/open_store.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

absl::Status PrintTags(Console& console, OutputFormat format, const std::vector<TagInfo>& tags) {
  std::vector<Json> records;
  for (const TagInfo& tag : tags) records.push_back(Describe(tag));
  return PrintRecords(console, format, {"tag", "version", "attributes"}, records);
}

}  // namespace

absl::Status Run(const TagCommand& command, Console& console) {
  if (command.name.empty()) {
    ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
    return PrintTags(console, command.format, store->tags());
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToChange(command.store));
  if (command.remove) {
    RETURN_IF_ERROR(store->DeleteTag(command.name));
    return store->Close();
  }
  TagInfo tag{.name = command.name, .version = 0, .attributes = command.attributes};
  if (command.at.empty()) {
    ASSIGN_OR_RETURN(tag.version, store->TagNewest(tag.name, tag.attributes));
  } else {
    ASSIGN_OR_RETURN(const Snapshot snapshot, SnapshotAt(*store, command.at));
    tag.version = snapshot.version();
    RETURN_IF_ERROR(store->Tag(tag.name, tag.version, tag.attributes));
  }
  RETURN_IF_ERROR(store->Close());
  return PrintTags(console, command.format, {tag});
}

}  // namespace ashlar::tools
