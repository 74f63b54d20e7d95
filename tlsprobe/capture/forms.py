"""Headers of one form, many at a time: read at their places, and sorted out.

numpy copies items of several fields field by field, and so many bytes without a form as a whole: so
the form is put on afterwards.
"""

import numpy as np
import numpy.typing as npt

from tlsprobe.capture.batch import Int64, UInt8

Forms = npt.NDArray[np.void]
Form = np.dtype[np.void]


def read_as(form: Form, data: UInt8, at: Int64) -> Forms:
    """The bytes at each place, read as `form`; the caller has made sure that they are there."""
    size = form.itemsize
    return np.ndarray((data.size - size + 1,), f"V{size}", data, strides=(1,))[at].view(form)


def chosen(rows: Forms, which: npt.NDArray[np.bool_] | Int64) -> Forms:
    """Some of the rows, by a mask or by their places."""
    return rows.view(f"V{rows.itemsize}")[which].view(rows.dtype)
