namespace Plumbline.Torch.Safetensors;

/// <summary>Shapes in messages and comparisons.</summary>
internal static class TensorShape
{
    /// <summary><c>[2, 3]</c>.</summary>
    internal static string Describe(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Whether two shapes have the same sizes in the same order.</summary>
    internal static bool AreEqual(IReadOnlyList<long> left, ReadOnlySpan<long> right)
    {
        if (left.Count != right.Length)
        {
            return false;
        }

        for (var i = 0; i < right.Length; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }
}
