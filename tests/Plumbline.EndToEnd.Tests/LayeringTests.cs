using System.Reflection;
using NetArchTest.Rules;

namespace Plumbline.EndToEnd.Tests;

/// <summary>Who may look into whom (ARCHITECTURE.md).</summary>
public sealed class LayeringTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Plumbline"] = [],
        ["Plumbline.Torch"] = ["Plumbline"],
        ["Plumbline.Tokenization"] = ["Plumbline"],
        ["Plumbline.Moderation"] = ["Plumbline", "Plumbline.Tokenization"],
        ["Plumbline.Gateway"] = ["Plumbline", "Plumbline.Tokenization", "Plumbline.Moderation"],
        ["Plumbline.Models"] = ["Plumbline", "Plumbline.Tokenization", "Plumbline.Torch"],
        ["Plumbline.Training"] = ["Plumbline", "Plumbline.Tokenization", "Plumbline.Torch", "Plumbline.Models"],
        ["Plumbline.Evaluation"] = ["Plumbline"],
        ["Plumbline.TinyWorld"] = ["Plumbline"],
        ["Plumbline.Remote"] = ["Plumbline"],
        ["Plumbline.Feedback"] = ["Plumbline", "Plumbline.Evaluation"],
        ["Plumbline.Studio"] =
        [
            "Plumbline",
            "Plumbline.Tokenization",
            "Plumbline.Moderation",
            "Plumbline.Evaluation",
            "Plumbline.Feedback",
        ],
        ["plumb"] =
        [
            "Plumbline",
            "Plumbline.Tokenization",
            "Plumbline.Moderation",
            "Plumbline.Gateway",
            "Plumbline.Torch",
            "Plumbline.Models",
            "Plumbline.Training",
            "Plumbline.Evaluation",
            "Plumbline.TinyWorld",
            "Plumbline.Remote",
            "Plumbline.Feedback",
            "Plumbline.Studio",
        ],
    };

    [Fact]
    public void Rooms_reference_only_the_rooms_below_them()
    {
        foreach (var (room, allowed) in Allowed)
        {
            var referenced = Assembly.Load(room).GetReferencedAssemblies().Select(name => name.Name!).Where(Allowed.ContainsKey);
            Assert.True(referenced.All(allowed.Contains), $"{room} references {string.Join(", ", referenced.Except(allowed))}");
        }
    }

    [Theory]
    [InlineData("Plumbline")]
    [InlineData("Plumbline.Tokenization")]
    [InlineData("Plumbline.Moderation")]
    [InlineData("Plumbline.Gateway")]
    [InlineData("Plumbline.Evaluation")]
    [InlineData("Plumbline.TinyWorld")]
    [InlineData("Plumbline.Remote")]
    [InlineData("Plumbline.Feedback")]
    [InlineData("Plumbline.Studio")]
    public void Rooms_without_tensors_do_not_know_TorchSharp(string room) =>
        Assert.True(Types.InAssembly(Assembly.Load(room)).ShouldNot().HaveDependencyOn("TorchSharp").GetResult().IsSuccessful);

    [Fact]
    public void Native_code_is_called_from_Torch_alone()
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        foreach (var room in Allowed.Keys.Where(room => room != "Plumbline.Torch"))
        {
            var native = Assembly
                .Load(room)
                .GetTypes()
                .SelectMany(type => type.GetMethods(All))
                .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
                .Select(method => $"{method.DeclaringType}.{method.Name}");
            Assert.Empty(native);
        }
    }

    [Fact]
    public void Only_gateway_and_studio_know_the_web()
    {
        foreach (var room in Allowed.Keys.Except(["Plumbline.Gateway", "Plumbline.Studio"]))
        {
            Assert.True(
                Types.InAssembly(Assembly.Load(room)).ShouldNot().HaveDependencyOn("Microsoft.AspNetCore").GetResult().IsSuccessful,
                room
            );
        }
    }
}
