-- A Lua program of tables, strings, closures and coroutines.
-- Usage: objects.lua SCALE
local scale = tonumber(arg[1])

local function tree(depth)
    if depth == 0 then return {} end
    return { tree(depth - 1), tree(depth - 1), depth = depth }
end

local function count(node)
    if not node[1] then return 1 end
    return 1 + count(node[1]) + count(node[2])
end

local total = 0
for _ = 1, math.floor(60 * scale) + 1 do
    total = total + count(tree(13))
end

local words = {}
for i = 1, math.floor(400000 * scale) + 1 do
    words[#words + 1] = ("%x:%s"):format(i * 2654435761 % 4294967296,
                                         ("w"):rep(i % 40))
end
table.sort(words)
local text = table.concat(words, " ")
local seen = 0
for word in text:gmatch("%x+:w*") do seen = seen + #word end

local queue = coroutine.wrap(function()
    for i = 1, math.floor(200000 * scale) + 1 do
        coroutine.yield({ id = i, name = "n" .. i })
    end
end)
local names = {}
for message in queue do
    names[message.name] = function() return message.id end
end
local sum = 0
for _, get in pairs(names) do sum = sum + get() end
print(total, #words, #text, seen, sum)
