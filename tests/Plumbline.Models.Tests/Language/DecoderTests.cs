using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Scoring;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Tests.Language;

[NoTensorLeaks]
public sealed class DecoderTests
{
    [Theory]
    [InlineData("llama", false, false)]
    [InlineData("mistral", true, false)]
    [InlineData("qwen2", true, false)]
    [InlineData("qwen3", false, true)]
    public void Hidden_states_equal_the_architecture_written_out_token_by_token(string modelType, bool tied, bool queryKeyNorm)
    {
        using var scope = NewDisposeScope();
        var config = TinyModels.Config(modelType) with
        {
            TieWordEmbeddings = tied,
            QueryKeyNorm = queryKeyNorm,
            QueryKeyValueBias = modelType == "qwen2",
        };
        using var decoder = new Decoder(config, new Seed(1));
        Randomise(decoder);
        int[] ids = [3, 1, 4, 1, 5, 9, 2];

        var logits = decoder.Logits(decoder.HiddenStates(PackedTokens.Of([ids])));

        var expected = new WrittenOutDecoder(decoder).Logits(ids);
        Assert.True((logits - expected).abs().max().item<float>() < 1e-4 * expected.abs().max().item<float>());
    }

    [Fact]
    public void Packed_sequences_equal_each_sequence_alone_and_padded()
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(2));
        int[][] sequences = [TinyModels.Ids(1, 5), TinyModels.Ids(2, 130), TinyModels.Ids(3, 1), TinyModels.Ids(4, 64)];

        var packed = decoder.HiddenStates(PackedTokens.Of(sequences)).split([5, 130, 1, 64]);

        foreach (var (hidden, ids) in packed.Zip(sequences))
        {
            var alone = decoder.HiddenStates(PackedTokens.Of([ids]));
            var padded = decoder
                .HiddenStates(
                    PackedTokens.Of([
                        [.. ids, 0, 0, 0, 0, 0],
                        [.. ids, 0, 0, 0, 0, 0],
                    ])
                )
                .narrow(0, 0, ids.Length);
            Assert.True((hidden - alone).abs().max().item<float>() < 1e-5);
            Assert.True((hidden - padded).abs().max().item<float>() < 1e-5);
        }
    }

    [Fact]
    public void Changing_a_packed_neighbour_changes_no_bit()
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(3));
        var ids = TinyModels.Ids(1, 100);

        var before = decoder.HiddenStates(PackedTokens.Of([TinyModels.Ids(2, 100), ids, TinyModels.Ids(3, 30)]));
        var after = decoder.HiddenStates(PackedTokens.Of([TinyModels.Ids(4, 100), ids, TinyModels.Ids(5, 30)]));

        Assert.True(before.narrow(0, 100, 100).Equals(after.narrow(0, 100, 100)));
        Assert.False(before.narrow(0, 0, 100).Equals(after.narrow(0, 0, 100)));
    }

    [Fact]
    public void A_tied_head_is_the_embedding_and_is_trained_once()
    {
        using var tied = new Decoder(TinyModels.Config("llama") with { TieWordEmbeddings = true }, new Seed(4));
        using var untied = new Decoder(TinyModels.Config("llama"), new Seed(4));

        Assert.DoesNotContain(tied.Parameters, parameter => parameter.Name == "lm_head.weight");
        Assert.Contains(untied.Parameters, parameter => parameter.Name == "lm_head.weight");
    }

    [Fact]
    public void Ids_outside_the_vocabulary_and_sequences_beyond_the_positions_are_refused_by_name()
    {
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(7));

        Assert.Contains(
            "vocabulary of 64",
            Assert
                .Throws<InvalidInputException>(() =>
                    decoder.HiddenStates(
                        PackedTokens.Of([
                            [64],
                        ])
                    )
                )
                .Message
        );
        Assert.Contains(
            "-1",
            Assert
                .Throws<InvalidInputException>(() =>
                    decoder.HiddenStates(
                        PackedTokens.Of([
                            [-1],
                        ])
                    )
                )
                .Message
        );
        Assert.Contains(
            "256",
            Assert.Throws<ContextExceededException>(() => decoder.HiddenStates(PackedTokens.Of([new int[257]]))).Message
        );
    }

    [Fact]
    public void The_same_seed_makes_the_same_weights_and_another_seed_others()
    {
        using var scope = NewDisposeScope();
        using var first = new Decoder(TinyModels.Config("llama"), new Seed(8));
        using var same = new Decoder(TinyModels.Config("llama"), new Seed(8));
        using var other = new Decoder(TinyModels.Config("llama"), new Seed(9));

        Assert.All(first.Parameters.Zip(same.Parameters), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
        Assert.Contains(first.Parameters.Zip(other.Parameters), pair => !pair.First.Value.Equals(pair.Second.Value));
    }

    // Norms at 1 and biases at 0 would hide a norm or bias that is not applied.
    private static void Randomise(Decoder decoder)
    {
        using var noGradients = no_grad();
        manual_seed(1);
        foreach (var parameter in decoder.Parameters)
        {
            parameter.Value.add_(randn(parameter.Value.shape) * 0.2);
        }
    }

    /// <summary>The architecture as its papers write it: loops over positions and heads, plain operators only.</summary>
    private sealed class WrittenOutDecoder(Decoder decoder)
    {
        private readonly DecoderConfig config = decoder.Config;

        private readonly Dictionary<string, Tensor> weights = decoder
            .Parameters.SelectMany(parameter =>
                parameter.Parts.Select(part => (part.Name, parameter.Value.detach().narrow(0, part.Start, part.Rows)))
            )
            .ToDictionary(pair => pair.Name, pair => pair.Item2);

        internal Tensor Logits(int[] ids)
        {
            var hidden = ids.Select(id => weights["model.embed_tokens.weight"][id]).ToArray();
            for (var layer = 0; layer < config.LayerCount; layer++)
            {
                hidden = Block($"model.layers.{layer}.", hidden);
            }

            var head = config.TieWordEmbeddings ? weights["model.embed_tokens.weight"] : weights["lm_head.weight"];
            return stack(hidden.Select(state => head.mv(Norm(state, weights["model.norm.weight"]))));
        }

        private Tensor[] Block(string name, Tensor[] hidden)
        {
            Tensor Project(string part, Tensor input) =>
                weights[name + part + ".weight"].mv(input) + (weights.TryGetValue(name + part + ".bias", out var bias) ? bias : 0f);
            var normed = Array.ConvertAll(hidden, state => Norm(state, weights[name + "input_layernorm.weight"]));
            var queries = normed
                .Select((state, at) => Heads(Project("self_attn.q_proj", state), at, name + "self_attn.q_norm.weight"))
                .ToArray();
            var keys = normed
                .Select((state, at) => Heads(Project("self_attn.k_proj", state), at, name + "self_attn.k_norm.weight"))
                .ToArray();
            var values = Array.ConvertAll(normed, state => Project("self_attn.v_proj", state).view(-1, config.HeadSize));
            var result = new Tensor[hidden.Length];
            for (var at = 0; at < hidden.Length; at++)
            {
                var heads = new Tensor[config.HeadCount];
                for (var head = 0; head < heads.Length; head++)
                {
                    var shared = head / (config.HeadCount / config.KeyValueHeadCount);
                    var scores = stack(
                        Enumerable.Range(0, at + 1).Select(j => queries[at][head].dot(keys[j][shared]) / Math.Sqrt(config.HeadSize))
                    );
                    var probabilities = F.softmax(scores, 0);
                    heads[head] = stack(Enumerable.Range(0, at + 1).Select(j => probabilities[j] * values[j][shared])).sum(dim: 0);
                }

                var attended = hidden[at] + weights[name + "self_attn.o_proj.weight"].mv(cat(heads));
                var second = Norm(attended, weights[name + "post_attention_layernorm.weight"]);
                var gate = Project("mlp.gate_proj", second);
                result[at] = attended + Project("mlp.down_proj", gate * gate.sigmoid() * Project("mlp.up_proj", second));
            }

            return result;
        }

        private Tensor Norm(Tensor state, Tensor weight) => state / (state.pow(2).mean() + config.NormEpsilon).sqrt() * weight;

        // Each head's element j turns with element j + size/2 by the angle position · θ^(−2j/size).
        private Tensor[] Heads(Tensor projected, int position, string norm)
        {
            var half = config.HeadSize / 2;
            var angle = tensor(
                Enumerable.Range(0, half).Select(j => (float)(position * Math.Pow(config.RopeTheta, -2.0 * j / config.HeadSize))).ToArray()
            );
            return
            [
                .. projected
                    .view(-1, config.HeadSize)
                    .unbind()
                    .Select(head => config.QueryKeyNorm ? Norm(head, weights[norm]) : head)
                    .Select(head => (Left: head.narrow(0, 0, half), Right: head.narrow(0, half, half)))
                    .Select(head =>
                        cat([
                            (head.Left * angle.cos()) - (head.Right * angle.sin()),
                            (head.Right * angle.cos()) + (head.Left * angle.sin()),
                        ])
                    ),
            ];
        }
    }
}
