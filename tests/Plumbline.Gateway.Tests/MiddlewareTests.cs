using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Findings;

namespace Plumbline.Gateway.Tests;

/// <summary>The guard in a web application of somebody else's.</summary>
public sealed class MiddlewareTests
{
    private static readonly GuardedFields Fields = new() { Request = ["question", "history.*.text"], Response = ["answer", "parts.*"] };

    [Fact]
    public async Task Chosen_fields_are_checked_and_changed_on_both_ways()
    {
        await using var app = await RunningApp.StartAsync(async context =>
        {
            var asked = await context.Request.ReadFromJsonAsync<JsonElement>();
            await context.Response.WriteAsJsonAsync(
                new
                {
                    answer = $"You said: {asked.GetProperty("question")}",
                    parts = new[] { "a secret7" },
                    other = "zorblax",
                }
            );
        });

        using var response = await app.PostAsync("""{"question":"my secret7","other":"zorblax","history":[{"text":"x"},{"Text":"y"}]}""");

        var root = await response.JsonAsync();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("my *******", root.GetProperty("answer").GetString());
        Assert.Equal("a *******", root.GetProperty("parts")[0].GetString());
        // Whoever chooses fields chooses what is not checked, too.
        Assert.Equal("zorblax", root.GetProperty("other").GetString());
        Assert.Equal(
            ["my secret7", "x", "y"],
            app.Guard.Asked.Where(request => request.Part == GuardedPart.Prompt).Select(request => request.Text)
        );
    }

    [Theory]
    [InlineData("""{"question":"zorblax"}""", 422, "content_filter")]
    [InlineData("""{"Question":"zorblax"}""", 422, "content_filter")]
    [InlineData("""{"question":["a",{"b":"zorblax"}]}""", 422, "content_filter")]
    [InlineData("""{"history":[{"text":"zorblax"}]}""", 422, "content_filter")]
    [InlineData("""{"question":"a","question":"b"}""", 400, "invalid_request")]
    [InlineData("nothing", 400, "invalid_request")]
    public async Task A_request_that_does_not_pass_never_reaches_the_endpoint(string json, int status, string code)
    {
        var isReached = false;
        await using var app = await RunningApp.StartAsync(_ =>
        {
            isReached = true;
            return Task.CompletedTask;
        });

        using var response = await app.PostAsync(json);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
        Assert.False(isReached);
    }

    [Theory]
    [InlineData("application/json", """{"answer":"zorblax"}""", 422)]
    [InlineData("application/json", """{"Answer":"zorblax"}""", 422)]
    [InlineData("application/json", """["zorblax"]""", 500)]
    [InlineData("text/plain", "zorblax", 500)]
    [InlineData("application/json", "LONG", 500)]
    public async Task An_answer_that_does_not_pass_never_leaves(string type, string body, int status)
    {
        await using var app = await RunningApp.StartAsync(async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body == "LONG" ? new string('x', 100_000) : body);
        });

        using var response = await app.PostAsync("{}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain("zorblax", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Answers_without_a_body_and_endpoints_without_a_guard_are_left_alone()
    {
        await using var app = await RunningApp.StartAsync(context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });

        using var empty = await app.PostAsync("{}");
        using var free = await app.Http.GetAsync("/free");

        Assert.Equal(HttpStatusCode.NoContent, empty.StatusCode);
        Assert.Equal("zorblax", await free.Content.ReadAsStringAsync());
    }

    [Fact]
    public void Paths_that_are_none_are_refused()
    {
        var app = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        app.WebHost.UseKestrelCore();
        app.Services.AddRoutingCore();
        using var web = app.Build();

        Assert.Throws<InvalidInputException>(() => web.MapGet("/", () => "x").WithGuard(new GuardedFields { Request = ["a..b"] }));
    }

    private sealed class RunningApp(WebApplication app, WordGuard guard, GuardSource source) : IAsyncDisposable
    {
        internal WordGuard Guard => guard;

        internal HttpClient Http { get; } = new() { BaseAddress = new Uri(app.Urls.First()) };

        internal static async Task<RunningApp> StartAsync(RequestDelegate endpoint)
        {
            var guard = new WordGuard();
            var source = new GuardSource(guard, _ => throw new NotSupportedException(), TimeProvider.System);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.Services.AddRoutingCore().AddGuard(source, new LimitOptions { MaxBodyBytes = 10_000 });
            var web = builder.Build();
            web.UseRouting();
            web.UseGuard();
            web.UseEndpoints(_ => { });
            web.MapPost("/ask", endpoint).WithGuard(Fields);
            web.MapGet("/free", context => context.Response.WriteAsync("zorblax"));
            await web.StartAsync();
            return new RunningApp(web, guard, source);
        }

        internal Task<HttpResponseMessage> PostAsync(string json) =>
            Http.PostAsync("/ask", new StringContent(json, Encoding.UTF8, "application/json"));

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await app.DisposeAsync();
            source.Dispose();
        }
    }
}
