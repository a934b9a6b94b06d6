using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Functions;

[NoTensorLeaks]
public sealed class NumberArithmeticTests
{
    [Fact]
    public void Numbers_multiply_divide_and_add()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new[] { 1f, -2f, 4f });

        Assert.Equal([2.5f, -5f, 10f], values.Times(2.5).data<float>().ToArray());
        Assert.Equal([0.25f, -0.5f, 1f], values.Over(4).data<float>().ToArray());
        Assert.Equal([0f, -3f, 3f], values.Plus(-1).data<float>().ToArray());
    }

    [Fact]
    public void Rows_are_summed_by_group_and_a_group_without_rows_is_zero()
    {
        using var scope = NewDisposeScope();
        var rows = tensor(
            new[,]
            {
                { 1f, 10f },
                { 2f, 20f },
                { 4f, 40f },
            }
        );

        var sums = rows.SumByGroup(tensor(new long[] { 2, 0, 2 }), 3);

        Assert.Equal([2f, 20f, 0f, 0f, 5f, 50f], sums.data<float>().ToArray());
    }
}
