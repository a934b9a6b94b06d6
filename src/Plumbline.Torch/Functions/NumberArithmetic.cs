using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Tensors with .NET numbers. TorchSharp 0.107 turns the number of <c>tensor * 2.0</c> into a native scalar that nothing keeps alive during the call: a garbage
/// collection in that moment frees it, and libtorch reads what then stands there ("Unknown scalar type"). Here the scalar outlives the call. Whatever runs many
/// times goes through this.
/// </summary>
public static class NumberArithmetic
{
    /// <summary>tensor · factor.</summary>
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using var scalar = factor.ToScalar();
        return tensor.mul(scalar);
    }

    /// <summary>tensor / divisor.</summary>
    public static Tensor Over(this Tensor tensor, double divisor)
    {
        using var scalar = divisor.ToScalar();
        return tensor.div(scalar);
    }

    /// <summary>tensor + addend.</summary>
    public static Tensor Plus(this Tensor tensor, double addend)
    {
        using var scalar = addend.ToScalar();
        return tensor.add(scalar);
    }

    /// <summary>tensor + addend, for tensors of whole numbers.</summary>
    public static Tensor Plus(this Tensor tensor, long addend)
    {
        using var scalar = addend.ToScalar();
        return tensor.add(scalar);
    }

    /// <summary>Sums rows by group: result[g] = Σ values[i] over all i of group g.</summary>
    /// <param name="values">[rows, …].</param>
    /// <param name="group">[rows], int64, each in [0, <paramref name="groups"/>).</param>
    /// <param name="groups">Number of groups.</param>
    /// <returns>[groups, …].</returns>
    public static Tensor SumByGroup(this Tensor values, Tensor group, long groups)
    {
        using var one = 1.ToScalar();
        return zeros([groups, .. values.shape[1..]], values.dtype, values.device).index_add(0, group, values, one);
    }
}
