// Rows of a partitioned dataset, apart by the values of its partition fields.
//
// Owns: telling partitions apart, so that no segment gets rows of two. Does not own: cutting and
// writing (keyed_write.h), nor pruning by partition, which zone maps do by themselves: within a
// segment each of these fields is one value.
#ifndef ASHLAR_SRC_STORE_PARTITION_ROWS_H_
#define ASHLAR_SRC_STORE_PARTITION_ROWS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

// Row numbers of rows with these partition fields, of equal length and at least one (checked): one
// ascending list a partition that has rows, in the order of the partitions' values, nulls first.
[[nodiscard]] std::vector<std::vector<uint32_t>> PartitionRows(std::span<const Column> fields);

// The dataset's partition fields; empty: it has no partitions.
[[nodiscard]] std::vector<Field> PartitionFields(const manifest::DatasetState& state);
// What the row's partition is called among others of the dataset; `fields` are its columns of the
// partition fields.
[[nodiscard]] std::string PartitionName(std::span<const Column* const> fields, int64_t row);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_PARTITION_ROWS_H_
