// What a store must hold, kept without the engine.
#include "tests/store/store_model.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"

namespace ashlar::testkit {
namespace {

std::string DifferenceBetween(const Content& expected, const Content& actual) {
  for (const auto& [name, rows] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) return base::StrCat("dataset ", name, " is missing");
    if (found->second.rows() != rows.rows()) {
      return base::StrCat("dataset ", name, " has ", found->second.rows(), " rows instead of ",
                          rows.rows());
    }
    if (!found->second.Equals(rows)) return base::StrCat("dataset ", name, " has wrong rows");
  }
  for (const auto& [name, rows] : actual) {
    if (!expected.contains(name)) return base::StrCat("dataset ", name, " should not be there");
  }
  return "";
}

}  // namespace

void StoreModel::Commit(Content next) {
  const uint64_t version = versions.rbegin()->first + 1;
  versions.emplace(version, std::move(next));
  Expire(retention);
}

void StoreModel::Expire(uint64_t count) {
  size_t left = versions.size();
  for (auto version = versions.begin(); version != versions.end();) {
    bool kept = left-- <= count;
    for (const auto& [name, tagged] : tags) kept |= tagged == version->first;
    version = kept ? std::next(version) : versions.erase(version);
  }
}

absl::StatusOr<StoreModel> ReadModel(const Store& store) {
  StoreModel model;
  model.versions.clear();
  for (const VersionInfo& info : store.versions()) {
    ASSIGN_OR_RETURN(const Snapshot snapshot, store.At(info.version));
    Content& content = model.versions[info.version];
    for (const std::string& name : snapshot.dataset_names()) {
      ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(name));
      ASSIGN_OR_RETURN(content[name], dataset.Materialize());
    }
  }
  for (const TagInfo& tag : store.tags()) model.tags[tag.name] = tag.version;
  return model;
}

std::string DifferenceBetween(const StoreModel& expected, const StoreModel& actual) {
  for (const auto& [version, content] : expected.versions) {
    if (version == 0) continue;
    const auto found = actual.versions.find(version);
    if (found == actual.versions.end()) return base::StrCat("version ", version, " is missing");
    const std::string difference = DifferenceBetween(content, found->second);
    if (!difference.empty()) return base::StrCat("version ", version, ": ", difference);
  }
  for (const auto& [version, content] : actual.versions) {
    if (!expected.versions.contains(version)) {
      return base::StrCat("version ", version, " should not be there");
    }
  }
  return expected.tags == actual.tags ? "" : "the tags differ";
}

}  // namespace ashlar::testkit
