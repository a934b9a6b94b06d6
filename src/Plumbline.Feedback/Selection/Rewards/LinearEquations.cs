namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>A few linear equations at once.</summary>
internal static class LinearEquations
{
    /// <summary>Solves A·x = b by Gauss's elimination with the largest pivot of each column.</summary>
    /// <param name="matrix">A [size, size], regular; overwritten.</param>
    /// <param name="right">b [size]; becomes x.</param>
    public static void Solve(Span<double> matrix, Span<double> right)
    {
        var size = right.Length;
        for (var column = 0; column < size; column++)
        {
            var pivot = column;
            for (var i = column + 1; i < size; i++)
            {
                pivot = Math.Abs(matrix[(i * size) + column]) > Math.Abs(matrix[(pivot * size) + column]) ? i : pivot;
            }

            for (var j = 0; j < size && pivot != column; j++)
            {
                (matrix[(column * size) + j], matrix[(pivot * size) + j]) = (matrix[(pivot * size) + j], matrix[(column * size) + j]);
            }

            (right[column], right[pivot]) = (right[pivot], right[column]);
            for (var i = column + 1; i < size; i++)
            {
                var share = matrix[(i * size) + column] / matrix[(column * size) + column];
                right[i] -= share * right[column];
                VectorArithmetic.AddScaled(matrix.Slice(i * size, size), -share, matrix.Slice(column * size, size));
            }
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < size; j++)
            {
                right[i] -= matrix[(i * size) + j] * right[j];
            }

            right[i] /= matrix[(i * size) + i];
        }
    }
}
