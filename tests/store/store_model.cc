// What a store must hold, kept without the engine.
#include "tests/store/store_model.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "tests/store/store_fixture.h"

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

namespace {

RecordBatch ById(const RecordBatch& rows) {
  std::vector<int64_t> order(static_cast<size_t>(rows.rows()));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](int64_t row) { return rows.column(0).GetInt64(row); });
  std::vector<RecordBatch> sorted = {CityRows(0, 0)};
  for (const int64_t row : order) sorted.push_back(*rows.Slice(row, 1));
  return Concatenate(sorted);
}

// Keyed datasets hold rows in no order that counts.
Content ById(Content content, const std::set<std::string>& keyed) {
  for (auto& [name, rows] : content) {
    if (keyed.contains(name)) rows = ById(rows);
  }
  return content;
}

absl::StatusOr<Content> ReadContent(const Snapshot& snapshot) {
  Content content;
  for (const std::string& name : snapshot.dataset_names()) {
    ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(name));
    ASSIGN_OR_RETURN(content[name], dataset.Materialize());
    if (dataset.rows() != static_cast<uint64_t>(content[name].rows())) {
      return absl::InternalError(base::StrCat("dataset ", name, " counts ", dataset.rows(),
                                              " rows and has ", content[name].rows()));
    }
  }
  return content;
}

}  // namespace

absl::StatusOr<StoreModel> ReadModel(const Store& store) {
  StoreModel model;
  model.versions.clear();
  for (const VersionInfo& info : store.versions()) {
    ASSIGN_OR_RETURN(const Snapshot snapshot, store.At(info.version));
    ASSIGN_OR_RETURN(model.versions[info.version], ReadContent(snapshot));
  }
  const Snapshot now = store.GetSnapshot();
  ASSIGN_OR_RETURN(model.seen, ReadContent(now));
  for (const std::string& name : now.dataset_names()) {
    ASSIGN_OR_RETURN(const Dataset dataset, now.GetDataset(name));
    if (!dataset.key().empty()) model.keyed.insert(name);
  }
  for (const TagInfo& tag : store.tags()) model.tags[tag.name] = tag.version;
  return model;
}

std::string DifferenceBetween(const StoreModel& expected, const StoreModel& actual) {
  if (expected.newest_only) {
    return DifferenceBetween(ById(expected.newest(), actual.keyed),
                             ById(actual.seen, actual.keyed));
  }
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
