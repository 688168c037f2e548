// ArrowArray from columns.
//
// Owns: which buffer stands where, and the share of those buffers' owners that each array holds
// until its release; its own buffers only, so that children moved out go on their own. A buffer
// without bytes is exported as a few zeros instead of null: consumers read the first offset even of
// an empty array.
#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/arrow_export.h"
#include "src/columnar/column_data.h"

namespace ashlar {
namespace columnar {
namespace {

using DataPointer = std::shared_ptr<const ColumnData>;

alignas(base::kBufferAlignment) constexpr std::array<std::byte, base::kBufferAlignment> kZeros{};

struct ArrayHolder {
  std::array<PinnedBytes, 3> pinned;
  std::array<const void*, 3> buffers = {};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary = {};
};

void ReleaseArray(ArrowArray* array) {
  auto* holder = static_cast<ArrayHolder*>(array->private_data);
  for (ArrowArray& child : holder->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (holder->dictionary.release != nullptr) holder->dictionary.release(&holder->dictionary);
  delete holder;
  array->private_data = nullptr;
  array->release = nullptr;
}

// `out` with room for `count` children, and a validity bitmap that is absent.
ArrayHolder* StartArray(int64_t length, size_t count, ArrowArray* out) {
  auto* holder = new ArrayHolder;
  holder->children.resize(count);
  for (ArrowArray& child : holder->children) holder->child_pointers.push_back(&child);
  *out = {};
  out->length = length;
  out->n_buffers = 1;
  out->n_children = static_cast<int64_t>(count);
  out->buffers = holder->buffers.data();
  out->children = holder->child_pointers.data();
  out->release = &ReleaseArray;
  out->private_data = holder;
  return holder;
}

void AddBuffer(const PinnedBytes& buffer, ArrayHolder* holder, ArrowArray* out) {
  const auto index = static_cast<size_t>(out->n_buffers++);
  holder->buffers[index] = buffer.empty() ? kZeros.data() : buffer.data();
  holder->pinned[index] = buffer;
}

// The column is plain or a dictionary, as are its children.
void ExportData(const DataPointer& column, ArrowArray* out) {
  const ColumnData& data = *column;
  ASHLAR_CHECK(data.encoding != Encoding::kConstant);
  ArrayHolder* holder = StartArray(data.length, data.children.size(), out);
  // Without rows, buffers may hold less than the offset says.
  out->offset = data.length == 0 ? 0 : data.offset;
  out->null_count = Column(column).null_count();
  if (!data.validity.empty()) {
    out->n_buffers = 0;
    AddBuffer(data.validity, holder, out);
  }
  const bool has_offsets = data.type.id() == TypeId::kList || data.type.is_variable_size();
  if (has_offsets && data.encoding == Encoding::kPlain) AddBuffer(data.offsets, holder, out);
  if (data.children.empty()) AddBuffer(data.values, holder, out);
  for (size_t i = 0; i < data.children.size(); ++i) {
    ExportData(data.children[i], &holder->children[i]);
  }
  if (data.dictionary == nullptr) return;
  ExportData(data.dictionary, &holder->dictionary);
  out->dictionary = &holder->dictionary;
}

}  // namespace

absl::Status ExportBatch(const RecordBatch& batch, const std::vector<ArrowForm>& forms,
                         ArrowArray* out) {
  ASHLAR_CHECK(forms.size() == batch.columns().size());
  *out = {};
  std::vector<DataPointer> columns;
  for (size_t i = 0; i < forms.size(); ++i) {
    ASSIGN_OR_RETURN(DataPointer column, FitToForm(batch.column(i).data(), forms[i]));
    columns.push_back(std::move(column));
  }
  ArrayHolder* holder = StartArray(batch.rows(), columns.size(), out);
  for (size_t i = 0; i < columns.size(); ++i) ExportData(columns[i], &holder->children[i]);
  return absl::OkStatus();
}

}  // namespace columnar

absl::Status ExportArrowBatch(const RecordBatch& batch, ArrowArray* array, ArrowSchema* schema) {
  if (array == nullptr) return absl::InvalidArgumentError("no ArrowArray to export to");
  if (schema != nullptr) *schema = {};
  std::vector<columnar::ArrowForm> forms;
  for (const Column& column : batch.columns()) {
    forms.push_back(columnar::FormOfColumn(*column.data()));
  }
  RETURN_IF_ERROR(columnar::ExportBatch(batch, forms, array));
  if (schema != nullptr) columnar::ExportSchema(batch.schema(), forms, schema);
  return absl::OkStatus();
}

}  // namespace ashlar
